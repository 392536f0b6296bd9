import type { PlacedModel } from '../models/placed-model.js';
import type { Candidate } from './candidate-source.js';

/** The `n` eligible products that the model finds most like one; none where the model does not know it. Looks further the more are not eligible. */
export function similarCandidates(
  placed: PlacedModel,
  product: number,
  eligible: (product: number) => boolean,
  n: number,
): Candidate[] {
  const item = placed.item(product);
  if (item < 0) return [];
  for (let asked = 2 * n; ; asked *= 4) {
    const similar = placed.similar(item, asked);
    const found = similar
      .map(({ item: other, score }) => ({ product: placed.products[other]!, score }))
      .filter(candidate => candidate.score > 0 && eligible(candidate.product));
    if (found.length >= n || similar.length < asked) return found.slice(0, n);
  }
}
