import { stableHash } from '../statistics/stable-hash.js';
import type { ServingState } from './model-record.js';

/**
 * The version that serves a customer: always the same one while the traffic is the same, by a hash of the model's name
 * and the customer's id.
 */
export function stickyChoice(state: ServingState, customerId: string): number {
  const ticket = (stableHash(`${state.name}/${customerId}`) % 10000) / 100;
  let upTo = 0;
  for (const { version, percent } of state.traffic) {
    upTo += percent;
    if (ticket < upTo) return version;
  }
  return state.live;
}
