import type { Order } from '@laurel/shop';
import type { SurveyedProduct } from './reading/file-survey.js';
import type { ImportedProduct } from './writing/shop-sink.js';

interface LatestPrice {
  readonly price: number;
  readonly pricedAtMs: number;
}

/** The products that orders name, each with the price of its latest line (of several at one time the lowest). */
export class ProductCatalogue {
  readonly #latest = new Map<string, LatestPrice>();

  add(order: Order): void {
    const pricedAtMs = order.placedAt.getTime();
    for (const { productId, price } of order.items) {
      const known = this.#latest.get(productId);
      const newer = !known || pricedAtMs > known.pricedAtMs || (pricedAtMs === known.pricedAtMs && price < known.price);
      if (newer) this.#latest.set(productId, { price, pricedAtMs });
    }
  }

  /** The products among `surveyed` that occurred, in that order. */
  *products(surveyed: readonly SurveyedProduct[]): Generator<ImportedProduct> {
    for (const { id, name, category } of surveyed) {
      const latest = this.#latest.get(id);
      if (!latest) continue;
      yield {
        _id: id,
        name,
        ...(category !== undefined && { category }),
        price: latest.price,
        pricedAt: new Date(latest.pricedAtMs),
      };
    }
  }
}
