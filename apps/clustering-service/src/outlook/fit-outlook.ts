import type { KnownFeatures } from '../tiers/feature-message.js';
import { fitBgNbd } from './bg-nbd.js';
import { fitGammaGamma } from './gamma-gamma.js';
import { historyOf, type OutlookModel } from './outlook.js';
import { rfmBoundaries } from './rfm.js';

const LEAST_BUYERS = 50;
const LEAST_REPEATERS = 10;

/** Learns from buyers what customers are compared with; undefined from fewer than 50. */
export async function fitOutlook(buyers: readonly KnownFeatures[], now: Date): Promise<OutlookModel | undefined> {
  const known = buyers.flatMap(buyer => {
    const found = historyOf(buyer, now);
    return found ? { ...found, revenue: buyer.revenue } : [];
  });
  if (known.length < LEAST_BUYERS) return undefined;
  const rfm = rfmBoundaries(
    known.map(({ history, spending, revenue }) => ({
      quietDays: history.age - history.recency,
      orders: spending.orders,
      revenue,
    })),
  );
  const histories = known.map(({ history }) => history);
  const repeaters = histories.filter(({ repeats, recency }) => repeats > 0 && recency > 0);
  const spendings = known.map(({ spending }) => spending).filter(({ mean }) => mean > 0);
  const enough = repeaters.length >= LEAST_REPEATERS && spendings.length >= LEAST_BUYERS;
  const value = enough ? { orders: await fitBgNbd(histories), spending: await fitGammaGamma(spendings) } : null;
  return { fittedAt: now, buyers: known.length, rfm, value };
}
