import { describe, expect, it } from 'vitest';
import type { OrderLine } from '../evaluation/user-time-split.js';
import { Random } from '../random/random.js';
import { DemandDataError, forecast, forecastDemand } from './demand.js';

const WEEK_MS = 7 * 86_400_000;

function sales(weeks: number, demand: (week: number, product: number) => number): OrderLine[] {
  return Array.from({ length: weeks * 5 }, (_, at): OrderLine => {
    const [week, product] = [Math.floor(at / 5), at % 5];
    return {
      customerId: 'c',
      orderId: `o${at}`,
      orderedAtMs: week * WEEK_MS,
      productId: `p${product}`,
      quantity: demand(week, product),
    };
  });
}

describe('forecastDemand', () => {
  it('takes smoothing where demand is noise around a level', () => {
    const random = new Random(1);
    const found = forecastDemand(
      sales(60, (_, product) => 20 * (product + 1) + 10 * random.next()),
      4,
    );
    expect(found.best).toBe('exponential-smoothing');
    expect(found.mase['exponential-smoothing']).toBeLessThan(found.mase.naive);
    expect(found.products.map(({ productId }) => productId)).toEqual(['p4', 'p3', 'p2', 'p1', 'p0']);
    expect(found.products[0]?.weekly).toHaveLength(4);
    expect(found.products[0]?.weekly[0]).toBeGreaterThan(100);
    expect(found.products[0]?.weekly[0]).toBeLessThan(110);
  });

  it('takes the season where there is one', () => {
    const found = forecastDemand(
      sales(130, week => 50 + 40 * Math.round(Math.sin((2 * Math.PI * week) / 52) * 10) * 0.1),
      6,
    );
    expect(found.best).toBe('seasonal-naive');
    expect(found.mase['seasonal-naive']).toBeLessThan(0.2 * found.mase.naive);
  });

  it('tells demand that rises from demand that falls, beside the last thirteen weeks', () => {
    const slopes = [20, 1, 0, -1, -8];
    const found = forecastDemand(
      sales(40, (week, product) => 100 + slopes[product]! * Math.max(0, week - 30) + (week % 2)),
      4,
    );
    const trends = new Map(found.products.map(({ productId, trend }) => [productId, trend]));
    expect([...trends].sort()).toEqual([
      ['p0', 'rising'],
      ['p1', 'steady'],
      ['p2', 'steady'],
      ['p3', 'steady'],
      ['p4', 'falling'],
    ]);
    expect(found.products.find(({ productId }) => productId === 'p2')?.usual).toBeCloseTo(100.5, 0);
  });

  it('says how many weeks there must be, and that products must be sold often', () => {
    expect(() =>
      forecastDemand(
        sales(20, () => 1),
        4,
      ),
    ).toThrow('span 19 whole weeks; 28 are needed');
    const rare = sales(60, () => 1).map((line, at) => ({ ...line, productId: `p${at % 150}` }));
    expect(() => forecastDemand(rare, 4)).toThrow(DemandDataError);
  });
});

describe('forecast', () => {
  const sold = Float64Array.from({ length: 60 }, (_, week) => week);

  it.each([
    ['naive', [59, 59]],
    ['seasonal-naive', [8, 9]],
    ['exponential-smoothing', [59, 59]],
  ] as const)('%s', (method, expected) => {
    expect([...forecast(method, sold, 2)]).toEqual(expected);
  });
});
