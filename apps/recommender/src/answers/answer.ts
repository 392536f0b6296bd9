import type { ServedVersion } from '../models/served-version.js';
import type { RecommendedProduct } from './recommended-product.js';

/** A list of recommendations. */
export interface Answer {
  /** Unique, so that what a customer did with the answer can be told of it later; names what made it (see `originOf`). */
  requestId: string;
  items: readonly RecommendedProduct[];
  /** What served it. */
  model: ServedVersion;
}
