import { describe, expect, it } from 'vitest';
import type { OrderLine } from '../evaluation/user-time-split.js';
import { Random } from '../random/random.js';
import { ChurnDataError, forecastChurn } from './churn.js';
import { LogisticRegression } from './logistic-regression.js';
import { probabilityScores } from './probability-scores.js';

const DAY_MS = 86_400_000;

/** Customers with rhythms of their own, some of whom leave for good at a random day. */
function shop(customers: number, days: number): OrderLine[] {
  const random = new Random(6);
  return Array.from({ length: customers }, (_, customer) => {
    const every = [5, 15, 40][customer % 3]!;
    const leaves = random.next() < 0.4 ? random.next() * days : days;
    const lines: OrderLine[] = [];
    for (let day = random.next() * every; day < leaves; day += every * (0.5 + random.next())) {
      lines.push({
        customerId: `c${String(customer).padStart(4, '0')}`,
        orderId: `${customer}-${day}`,
        orderedAtMs: Math.round(day * DAY_MS),
        productId: 'p',
        quantity: 1,
      });
    }
    return lines;
  }).flat();
}

describe('forecastChurn', () => {
  const lines = shop(900, 360);
  const found = forecastChurn(lines, 30);

  it('beats the rule of recency and a constant, and says what comes', () => {
    const { model, recencyRule, constantBrier, calibration } = found.test;
    expect(model.auc).toBeGreaterThan(recencyRule.auc);
    expect(model.brier).toBeLessThan(recencyRule.brier);
    expect(model.brier).toBeLessThan(constantBrier);
    for (const { said, came } of calibration) expect(Math.abs(said - came)).toBeLessThan(0.12);
  });

  it('gives every customer a probability, higher for those long gone for their rhythm', () => {
    expect(found.customers).toHaveLength(new Set(lines.map(({ customerId }) => customerId)).size);
    expect(found.customers.every(({ probability }) => probability > 0 && probability < 1)).toBe(true);
    const last = new Map(lines.map(({ customerId, orderedAtMs }) => [customerId, orderedAtMs]));
    const silence = (id: string) => (found.asOf.getTime() - last.get(id)!) / DAY_MS;
    const mean = (of: readonly { probability: number }[]) =>
      of.reduce((sum, { probability }) => sum + probability, 0) / of.length;
    const gone = found.customers.filter(({ customerId }) => silence(customerId) > 120);
    const here = found.customers.filter(({ customerId }) => silence(customerId) < 10);
    expect(mean(gone)).toBeGreaterThan(0.8);
    expect(mean(here)).toBeLessThan(0.3);
  });

  it('does not depend on the order of the lines', () => {
    expect(forecastChurn([...lines].reverse(), 30)).toEqual(found);
  });

  it('says how far orders must go back, and how many customers there must be', () => {
    expect(() => forecastChurn(lines, 90)).toThrow(/span 3\d\d days; 450 are needed/);
    expect(() => forecastChurn([], 30)).toThrow('span 0 days; 150 are needed');
    expect(() => forecastChurn(shop(40, 360), 30)).toThrow(ChurnDataError);
  });
});

describe('LogisticRegression', () => {
  it('finds the weights that data was made with', () => {
    const random = new Random(1);
    const truth = new LogisticRegression(Float64Array.of(-0.5, 1.2, -0.7));
    const rows = Float64Array.from({ length: 40_000 }, () => random.nextNormal());
    const yes = Array.from({ length: 20_000 }, (_, at) =>
      random.next() < truth.probability(rows.subarray(at * 2, at * 2 + 2)) ? 1 : 0,
    );
    LogisticRegression.fit(rows, yes, 2, 1e-3).weights.forEach((weight, at) =>
      expect(Math.abs(weight - truth.weights[at]!)).toBeLessThan(0.1),
    );
  });

  it('stays finite where one feature parts both groups', () => {
    const model = LogisticRegression.fit(Float64Array.of(-2, -1, 1, 2), [0, 0, 1, 1], 1, 1);
    expect(model.weights.every(Number.isFinite)).toBe(true);
  });
});

describe('probabilityScores', () => {
  it('counts pairs in the right order, ties half', () => {
    expect(probabilityScores([0.1, 0.4, 0.4, 0.9], [0, 1, 0, 1])).toEqual({
      auc: 3.5 / 4,
      brier: expect.closeTo((0.01 + 0.36 + 0.16 + 0.01) / 4, 12),
    });
    expect(probabilityScores([0.2, 0.3], [1, 1]).auc).toBe(0.5);
  });
});
