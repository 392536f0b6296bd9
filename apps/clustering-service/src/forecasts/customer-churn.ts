import type { CustomerChurn } from '@laurel/learning';
import type { Collection, Filter } from 'mongodb';
import type { TierCustomer } from '../tiers/tier-store.js';
import type { ChurnForecast } from './churn-forecast.js';

const AT_ONCE = 1000;

/** Keeps what was forecast with the customers; those who are gone or erased by now get nothing. */
export async function keepChurn(
  customers: Collection<TierCustomer>,
  forecasts: readonly CustomerChurn[],
  days: number,
  asOf: Date,
): Promise<void> {
  for (let first = 0; first < forecasts.length; first += AT_ONCE) {
    await customers.bulkWrite(
      forecasts.slice(first, first + AT_ONCE).map(({ customerId, probability }) => {
        const churn: ChurnForecast = { probability: Number(probability.toFixed(4)), days, asOf };
        return { updateOne: { filter: { _id: customerId }, update: { $set: { churn } } } };
      }),
      { ordered: false },
    );
  }
}

/** Finds customers whose forecast, by `churnOf`, lies within a range. */
export function churnWithin({
  min = 0,
  max = 1,
}: {
  min?: number | undefined;
  max?: number | undefined;
}): Filter<TierCustomer> {
  return {
    'churn.probability': { $gte: min, $lte: max },
    $expr: { $lte: [{ $ifNull: ['$known.lastOrderAt', '$churn.asOf'] }, '$churn.asOf'] },
  };
}
