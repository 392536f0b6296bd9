import { describe, expect, it } from 'vitest';
import { OrderLinePacker } from '../../evaluation/packed-rows.js';
import { runForecastTask } from './forecast-task.js';

const DAY_MS = 86_400_000;

/** Everybody orders every ten days: nobody leaves, as the recency rule says too. */
function orders(customers: number, days: number) {
  const packer = new OrderLinePacker();
  for (let day = 0; day <= days; day++) {
    for (let customer = day % 10; customer < customers; customer += 10) {
      packer.add({
        customerId: `c${customer}`,
        orderId: `o${customer}-${day}`,
        orderedAtMs: day * DAY_MS,
        productId: 'p',
        quantity: 1,
      });
    }
  }
  return packer.pack();
}

describe('a forecast of churn', () => {
  const rows = orders(150, 170);

  it('says nothing of customers where it is no better than the recency rule and no model is live', () => {
    const found = runForecastTask({ kind: 'churn', rows, days: 30 });
    expect(found).toMatchObject({ kind: 'churn', beatsRecency: false, forecast: { customers: [] } });
  });

  it('says what the live model says where that one stays', () => {
    const weights = [0, 0, 0, 0, 0, 0, 0, 0];
    const live = {
      days: 30,
      standardiser: { means: weights.slice(1), deviations: weights.slice(1).fill(1), scale: 'log' as const },
      weights,
      calibration: [Math.log(3), 1],
    };
    const found = runForecastTask({ kind: 'churn', rows, days: 30, live });
    if (found.kind !== 'churn') throw new Error(found.kind);
    expect(found.beatsRecency).toBe(false);
    expect(found.forecast.customers).toHaveLength(150);
    for (const { probability } of found.forecast.customers) expect(probability).toBeCloseTo(0.75, 10);
  });

  it('is refused where orders do not go back far enough', () => {
    expect(runForecastTask({ kind: 'churn', rows, days: 60 })).toEqual({
      kind: 'refused',
      reason: expect.stringMatching(/span 1\d\d days; 300 are needed/) as string,
    });
  });
});

describe('a forecast of demand', () => {
  it('is refused where there are too few weeks', () => {
    expect(runForecastTask({ kind: 'demand', rows: orders(150, 100), weeks: 4 })).toMatchObject({ kind: 'refused' });
  });
});
