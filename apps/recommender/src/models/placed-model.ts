import type { AffinityModel, HistoryItem } from '@laurel/learning';
import { Column } from '../columns/column.js';
import type { Catalogue } from '../catalogue/catalogue.js';
import type { ServedVersion } from './served-version.js';

/** A trained model whose items are matched with the numbers of a catalogue's products. */
export class PlacedModel {
  /** Number of the product of each of the model's items. */
  readonly products: Int32Array;
  /** Scores of the request under way; every request writes it anew. */
  readonly scores: Float32Array;
  private readonly items = Column.int32(-1);

  constructor(
    readonly model: AffinityModel,
    readonly version: ServedVersion,
    catalogue: Catalogue,
  ) {
    this.products = Int32Array.from(model.itemIds, id => catalogue.number(id));
    this.scores = new Float32Array(model.itemIds.length);
    this.products.forEach((product, item) => this.items.set(product, item));
  }

  /** The model's item of a product, or -1 where it was not there when the model was trained. */
  item(product: number): number {
    return this.items.get(product);
  }

  /** A history in the model's terms; products it does not know are left out. */
  history(past: readonly { product: number; weight: number }[]): HistoryItem[] {
    const known: HistoryItem[] = [];
    for (const { product, weight } of past) {
      const item = this.items.get(product);
      if (item >= 0) known.push({ item, weight });
    }
    return known;
  }
}
