import { stableHash } from './stable-hash.js';

/** Whether a customer is in a sample of this share, by a hash of the id: a larger sample holds all of a smaller one. */
export function inShare(customerId: string, share: number): boolean {
  return share >= 1 || stableHash(customerId) < share * 2 ** 32;
}
