import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Readiness } from './readiness.js';

describe('Readiness', () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  it('tells of every part what it lacks', async () => {
    const readiness = new Readiness();
    readiness.add('warehouse', () => undefined);
    readiness.add('model', async () => 'no model was trained yet');
    readiness.add('mongodb', () => {
      throw new Error('connection refused');
    });
    expect(await readiness.results()).toEqual({
      warehouse: undefined,
      model: 'no model was trained yet',
      mongodb: 'connection refused',
    });
  });

  it('does not wait for a check that hangs, and keeps no timer of those that answered', async () => {
    const readiness = new Readiness();
    readiness.add('kafka', () => new Promise(() => undefined));
    readiness.add('model', () => undefined);
    const results = readiness.results();
    await vi.advanceTimersByTimeAsync(2000);
    expect(await results).toEqual({ kafka: 'no answer within 2 s', model: undefined });
    expect(vi.getTimerCount()).toBe(0);
  });
});
