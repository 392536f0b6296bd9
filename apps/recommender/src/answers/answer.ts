import type { ServedVersion } from '../models/served-version.js';
import type { RecommendedProduct } from './recommended-product.js';
import { newRequestId } from './request-id.js';

/** A list of recommendations. */
export class Answer {
  private id: string | undefined;

  constructor(
    readonly items: readonly RecommendedProduct[],
    /** What served it. */
    readonly model: ServedVersion,
    /** What the customer was given by hash; undefined where nothing was chosen for anybody. */
    private readonly group: string | undefined,
  ) {}

  /** Unique, so that what a customer did with the answer can be told of it later; names what made it (see `originOf`). Made when it is first read. */
  get requestId(): string {
    return (this.id ??= newRequestId(this.model, this.group));
  }
}
