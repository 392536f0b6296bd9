import { describe, expect, it } from 'vitest';
import type { SplitRow } from './split.js';
import { withValidation } from './stand-in-validation.js';

const rows = (customer: string, items: number): SplitRow[] =>
  Array.from({ length: items }, (_, at) => ({ customer, item: `i${at}`, quantity: 1 + at }));
const train = [...rows('many', 10), ...rows('two', 2), ...rows('one', 1)];
const test: SplitRow[] = [{ customer: 'many', item: 'i50', quantity: 1 }];
const sorted = (of: Iterable<SplitRow>) => Array.from(of, row => JSON.stringify(row)).sort();

describe('withValidation', () => {
  it('takes a fifth of each customer with two items or more where there is none, always the same', () => {
    const found = withValidation({ train, validation: [], test });
    const count = (customer: string) => [...found.validation].filter(row => row.customer === customer).length;
    expect([count('many'), count('two'), count('one')]).toEqual([2, 1, 0]);
    expect(sorted([...found.train, ...found.validation])).toEqual(sorted(train));
    expect(found.test).toBe(test);
    const turned = withValidation({ train: [...train].reverse(), validation: [], test });
    expect(sorted(turned.validation)).toEqual(sorted(found.validation));
  });

  it('takes some also where only strangers are in validation, who stay', () => {
    const strangers = rows('stranger', 2);
    const { validation } = withValidation({ train, validation: strangers, test });
    expect(validation).toHaveLength(5);
    expect([...validation].slice(0, 2)).toEqual(strangers);
  });

  it('leaves a split with validation alone', () => {
    const split = { train, validation: [{ customer: 'one', item: 'i3', quantity: 1 }], test };
    expect(withValidation(split)).toBe(split);
  });
});
