import type { Refused } from '../trainer.js';

/** What a training answers to data it can't learn from. */
export function refused(reason: string): Refused {
  return { kind: 'refused', reason: `Data is too poor to learn from: ${reason}.` };
}
