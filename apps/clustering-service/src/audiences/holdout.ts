import { createHash } from 'node:crypto';

/**
 * Whether a customer is in the holdout group of an audience: the same ones every time, and a raised share keeps those who were in it. Groups
 * of different audiences are drawn independently of each other.
 */
export function isHeldOut(audienceId: string, customerId: string, percent: number): boolean {
  const draw = createHash('sha256').update(`${audienceId}\n${customerId}`).digest().readUInt32BE();
  return draw < (percent / 100) * 2 ** 32;
}
