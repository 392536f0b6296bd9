import type { Random } from '../random/random.js';

/** `size` distinct indices below `count`, rising (all of them where `size` ≥ `count`); Floyd's algorithm. */
export function sampleWithoutReplacement(count: number, size: number, random: Random): Int32Array<ArrayBuffer> {
  if (size >= count) return Int32Array.from({ length: count }, (_, i) => i);
  const chosen = new Set<number>();
  for (let limit = count - size; limit < count; limit++) {
    const candidate = random.nextInt(limit + 1);
    chosen.add(chosen.has(candidate) ? limit : candidate);
  }
  return Int32Array.from(chosen).sort();
}
