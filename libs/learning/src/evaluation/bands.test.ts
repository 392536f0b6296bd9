import { describe, expect, it } from 'vitest';
import { buildInteractions } from '../interactions/interactions-builder.js';
import { customerBands, PopularityTally, tierBands } from './bands.js';
import type { TestCustomer } from './test-customers.js';

describe('PopularityTally', () => {
  it('counts what is found by how popular it is', () => {
    const owners = { a: 5, b: 3, c: 1, d: 1 };
    const pairs = Object.entries(owners).flatMap(([item, count]) =>
      Array.from({ length: count }, (_, user): [string, string, number] => [`u${user}`, item, 1]),
    );
    const tally = new PopularityTally(buildInteractions(pairs));
    tally.add([0, 3], new Set([0, 1, 3]));
    tally.add([1], new Set([0, 1]));
    expect(tally.bands()).toEqual([
      { band: 'head', items: 1, bought: 2, recall20: 0.5 },
      { band: 'middle', items: 1, bought: 2, recall20: 0.5 },
      { band: 'tail', items: 2, bought: 1, recall20: 1 },
    ]);
  });
});

describe('customerBands', () => {
  const customer = (past: number): TestCustomer => ({
    id: String(past),
    history: [],
    owned: Array.from({ length: past }, (_, item) => item),
    bought: new Set(),
    boughtCount: 1,
  });
  const score = (hitRate5: number) => ({ hitRate5, ndcg5: hitRate5 / 2, map5: 0, recall5: 0, recall20: hitRate5 / 4 });

  it('puts every customer into one band', () => {
    const pasts = [9, 1, 1, 1, 2, 4, 4, 30];
    const bands = customerBands(
      pasts.map(customer),
      pasts.map(past => score(past === 1 ? 1 : 0)),
    );
    expect(bands.map(({ from, to, users }) => [from, to, users])).toEqual([
      [1, 3, 4],
      [4, 8, 2],
      [9, 30, 2],
    ]);
    expect(bands.map(({ HR5, NDCG5, recall20 }) => [HR5, NDCG5, recall20])).toEqual([
      [0.75, 0.375, 0.1875],
      [0, 0, 0],
      [0, 0, 0],
    ]);
  });

  it('is empty without customers', () => {
    expect(customerBands([], [])).toEqual([]);
  });

  it('tells tiers apart, in the order of the list, and leaves out customers without one', () => {
    const tiers = new Map([
      ['7', 'GOLD'],
      ['1', 'BRONZE'],
      ['2', 'GOLD'],
    ]);
    const scores = [1, 0, 1, 1].map(score);
    expect(tierBands([2, 7, 1, 5].map(customer), scores, tiers)).toEqual([
      { tier: 'GOLD', users: 2, HR5: 0.5, NDCG5: 0.25, recall20: 0.125 },
      { tier: 'BRONZE', users: 1, HR5: 1, NDCG5: 0.5, recall20: 0.25 },
    ]);
  });
});
