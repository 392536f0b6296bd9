import { gramOf } from '../linear-algebra/gram.js';
import type { AlsRows } from './als-pairs.js';

/**
 * What implicit ALS makes small (Hu, Koren and Volinsky, 2008, equation 3): Σ c·(p − x·y)² over all users and items +
 * λ·(Σ |x|² + Σ |y|²), where a pair has p = 1 and c = 1 + alpha × value, and everything else p = 0 and c = 1. Linear in
 * the pairs: what has no pair comes from the Gram matrices.
 */
export function alsObjective(
  { rowStarts, columns, values }: AlsRows,
  factors: { readonly users: Float32Array; readonly items: Float32Array; readonly stride: number },
  { alpha, regularisation }: { readonly alpha: number; readonly regularisation: number },
): number {
  const { users, items, stride } = factors;
  const userGram = gramOf(users, stride, 0);
  const itemGram = gramOf(items, stride, 0);
  let sum = 0;
  for (let at = 0; at < userGram.length; at++) sum += userGram[at]! * itemGram[at]!;
  for (let f = 0; f < stride; f++) sum += regularisation * (userGram[f * stride + f]! + itemGram[f * stride + f]!);
  for (let user = 0; user + 1 < rowStarts.length; user++) {
    for (let p = rowStarts[user]!; p < rowStarts[user + 1]!; p++) {
      const item = columns[p]!;
      let predicted = 0;
      for (let f = 0; f < stride; f++) predicted += users[user * stride + f]! * items[item * stride + f]!;
      sum += (1 + alpha * values[p]!) * (1 - predicted) ** 2 - predicted ** 2;
    }
  }
  return sum;
}
