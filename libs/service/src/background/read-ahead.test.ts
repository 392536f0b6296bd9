import { describe, expect, it } from 'vitest';
import { readAhead } from './read-ahead.js';

const read = (n: number) => Promise.resolve(n);

async function* upTo(count: number): AsyncGenerator<number> {
  for (let n = 0; n < count; n++) yield await Promise.resolve(n);
}

describe('readAhead', () => {
  it('gives what it read in the order of the items, whichever was read first', async () => {
    const readers: (() => void)[] = [];
    const late = (n: number) => new Promise<number>(resolve => readers.push(() => resolve(n)));
    const seen: number[] = [];
    const reading = (async () => {
      for await (const n of readAhead(upTo(3), 2, late)) seen.push(n);
    })();
    await expect.poll(() => readers.length).toBe(3);
    for (const done of readers.reverse()) done();
    await reading;
    expect(seen).toEqual([0, 1, 2]);
  });

  it('reads so many of the next while one is worked on, and no more', async () => {
    let begun = 0;
    const counted = (n: number) => {
      begun++;
      return read(n);
    };
    const ahead: number[] = [];
    for await (const n of readAhead(upTo(6), 2, counted)) {
      await new Promise(setImmediate);
      ahead.push(begun - n - 1);
    }
    expect(ahead).toEqual([2, 2, 2, 2, 1, 0]);
  });

  it.each([
    ['its source', true],
    ['a read', false],
  ])('passes an error of %s on after the items before it', async (_, ofSource) => {
    const source = async function* () {
      yield await Promise.resolve(1);
      if (ofSource) throw new Error('broken off');
      yield 2;
    };
    const reader = (n: number) => (n === 2 ? Promise.reject(new Error('broken off')) : read(n));
    const seen: number[] = [];
    const reading = async () => {
      for await (const n of readAhead(source(), 2, reader)) seen.push(n);
    };
    await expect(reading()).rejects.toThrow('broken off');
    expect(seen).toEqual([1]);
  });

  it('closes its source when the reader leaves', async () => {
    let closed = false;
    const source = async function* () {
      try {
        for (;;) yield await Promise.resolve(1);
      } finally {
        closed = true;
      }
    };
    for await (const _ of readAhead(source(), 2, read)) break;
    expect(closed).toBe(true);
  });
});
