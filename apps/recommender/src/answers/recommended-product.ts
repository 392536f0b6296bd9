import type { CatalogueProduct } from '../catalogue/catalogue-product.js';
import type { ProductReason } from '../reasons/reason.js';

/** One place of an answer. Its reason is worked out when it is first read: who does not ask for reasons does not pay for them. */
export class RecommendedProduct {
  private explained: ProductReason | undefined;

  constructor(
    /** 1 for the first. */
    readonly rank: number,
    readonly product: CatalogueProduct,
    readonly score: number,
    private readonly explain: () => ProductReason,
  ) {}

  get reason(): ProductReason {
    return (this.explained ??= this.explain());
  }
}
