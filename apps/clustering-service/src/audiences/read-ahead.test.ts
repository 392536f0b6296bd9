import { describe, expect, it } from 'vitest';
import { readAhead } from './read-ahead.js';

describe('readAhead', () => {
  it('gives all items in their order, and has asked for the next while one is worked on', async () => {
    const asked: number[] = [];
    const source = async function* () {
      for (let n = 0; n < 4; n++) {
        asked.push(n);
        yield await Promise.resolve(n);
      }
    };
    const seen: number[][] = [];
    for await (const n of readAhead(source())) seen.push([n, asked.length]);
    expect(seen).toEqual([
      [0, 2],
      [1, 3],
      [2, 4],
      [3, 4],
    ]);
  });

  it('passes an error on after the items before it', async () => {
    const source = async function* () {
      yield await Promise.resolve(1);
      throw new Error('broken off');
    };
    const seen: number[] = [];
    const reading = async () => {
      for await (const n of readAhead(source())) seen.push(n);
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
    for await (const _ of readAhead(source())) break;
    expect(closed).toBe(true);
  });
});
