import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decidePromotion } from './promotion-rule.js';
import { stickyChoice } from './sticky-choice.js';

describe('decidePromotion', () => {
  it.each([
    [0.11, 0.1, 0, true],
    [0.1, 0.1, 0, true],
    [0.0999, 0.1, 0, false],
    [0.096, 0.1, 0.05, true],
    [0.094, 0.1, 0.05, false],
    [0.01, undefined, 0, true],
    [0, undefined, 0, false],
  ])('%d against %s with margin %d: %s', (candidate, live, margin, promote) => {
    const decision = decidePromotion('NDCG5', candidate, live, { margin });
    expect(decision.promote).toBe(promote);
    expect(decision.reason).toContain(candidate.toFixed(4));
  });
});

describe('stickyChoice', () => {
  const state = {
    name: 'm',
    live: 3,
    history: [],
    revision: 1,
    traffic: [
      { version: 4, percent: 20 },
      { version: 5, percent: 30 },
    ],
  };
  const customers = Array.from({ length: 5000 }, (_, at) => `customer-${at}`);

  it('splits customers by the percents, the rest to the live version', () => {
    const share = (version: number) =>
      customers.filter(id => stickyChoice(state, id) === version).length / customers.length;
    expect(share(4)).toBeCloseTo(0.2, 1);
    expect(share(5)).toBeCloseTo(0.3, 1);
    expect(share(3)).toBeCloseTo(0.5, 1);
  });

  it('a larger share keeps the customers it had', () => {
    fc.assert(
      fc.property(fc.string(), fc.integer({ min: 0, max: 100 }), fc.integer({ min: 0, max: 100 }), (id, a, b) => {
        const choice = (percent: number) => stickyChoice({ ...state, traffic: [{ version: 4, percent }] }, id);
        if (choice(Math.min(a, b)) === 4) expect(choice(Math.max(a, b))).toBe(4);
        expect(choice(100)).toBe(4);
        expect(choice(0)).toBe(3);
      }),
    );
  });
});
