import { Random } from '@laurel/learning';
import type { TierPolicy } from '../configuration/tier-configuration.js';
import type { TierFeatures } from '../tiers/tier-features.js';
import type { TierModelData } from '../tiers/tier-model.js';
import type { Buyer } from '../tiers/train-tier-model.js';

/** The rules that come with the service. */
export const policy: TierPolicy = {
  hysteresisMargin: 0.1,
  confirmations: 3,
  confirmationIntervalHours: 24,
  graceDays: 30,
  leastBuyers: 50,
  seed: 7,
};

/** Raw units: order value e^x − 1 at x = 4, 3, 2, 1, and so on; one standardised unit is one step of log1p. */
export const modelData: TierModelData = {
  standardiser: { means: [0, 0, 0, 0], deviations: [1, 1, 1, 1], scale: 'log' },
  centroids: [
    [2, 1, 1, 10],
    [5, 4, 4, 14],
    [4, 3, 3, 13],
    [3, 2, 2, 12],
  ],
  tiers: ['BRONZE', 'PLATINUM', 'GOLD', 'SILVER'],
  profiles: [1, 4, 3, 2].map(rank => ({
    size: 10,
    mean_revenue: rank,
    mean_revenue_low: rank,
    mean_revenue_high: rank,
    mean_orders: rank,
  })),
};

/** Features at the place of a point in the standardised space of {@link modelData}. */
export function featuresAt([value = 0, orders = 0, sessions = 0, time = 0]: readonly number[]): TierFeatures {
  return {
    average_order_value: Math.expm1(value),
    no_of_orders: Math.expm1(orders),
    session_count: Math.expm1(sessions),
    total_time_spend_by_user_in_msec: Math.expm1(time),
  };
}

/** `count` simulated buyers in four groups of rising value. */
export function simulatedBuyers(count: number, seed: number): Buyer[] {
  const random = new Random(seed);
  return Array.from({ length: count }, (_, i) => {
    const group = i % 4;
    const around = (centre: number) => Math.max(1, Math.round(centre * Math.exp(0.25 * random.nextNormal())));
    const orders = around([1, 3, 9, 27][group] ?? 1);
    const value = around([20, 40, 70, 120][group] ?? 1) + 0.5;
    return {
      customerId: `c${String(i).padStart(5, '0')}`,
      features: {
        average_order_value: value,
        no_of_orders: orders,
        session_count: around([2, 6, 15, 50][group] ?? 1),
        total_time_spend_by_user_in_msec: around([60_000, 240_000, 900_000, 4_000_000][group] ?? 1),
      },
      revenue: value * orders,
      lastOrderAt: new Date(Date.UTC(2026, 0, 1 + Math.floor(random.next() * 28))),
    };
  });
}
