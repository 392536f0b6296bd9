import { stableHash } from '@laurel/learning';
import { countedVersion, type ServedVersion } from '../models/served-version.js';
import type { ShopState } from '../read-model/shop-state.js';

/** The version, and the group, of lists for customers who see only what trends. */
export const HOLDOUT = 'holdout';

const TICKETS = 10_000;

/** Whether a customer is one of the `percent` of a hundred who see only what trends: always the same ones, and more of them where it grows. Never nobody (`''`). */
export function isHeldOut(customerId: string, percent: number): boolean {
  return (
    percent > 0 && customerId !== '' && (stableHash(`${HOLDOUT}/${customerId}`) % TICKETS) * 100 < percent * TICKETS
  );
}

/** What serves the holdout. */
export function holdoutVersion(state: ShopState): ServedVersion {
  return { ...countedVersion('trending', state), version: HOLDOUT };
}
