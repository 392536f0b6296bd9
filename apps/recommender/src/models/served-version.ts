import type { ShopState } from '../read-model/shop-state.js';

/** Names what made an answer. */
export interface ServedVersion {
  name: string;
  version: string;
  /** RFC 3339, UTC. */
  trainedAt: string;
}

const BEGINNING = new Date(0);

/** The version of what is counted live and never trained: version "0", its date the newest day counted. */
export function countedVersion(
  name: 'trending' | 'bought-together' | 'viewed-together',
  state: ShopState,
): ServedVersion {
  return { name, version: '0', trainedAt: (state.trend.newest ?? BEGINNING).toISOString() };
}
