import {
  type AffinityModel,
  type HistoryItem,
  INTEREST_WEIGHTS,
  type InnerProductSearch,
  type InterestWeights,
  type ScoredItem,
} from '@laurel/learning';
import type { PastKind, PastProduct } from '../candidates/past-product.js';
import { Column } from '../columns/column.js';
import { keepNewest } from '../columns/keep-newest.js';
import type { Catalogue } from '../catalogue/catalogue.js';
import type { ServedVersion } from './served-version.js';

/** The most items that {@link PlacedModel.best} finds by search. */
export const MOST_SEARCHED = 512;
const NOTHING = new Int32Array();
/** Of a product so many similar ones are remembered, for the products asked about last. */
const SIMILAR_KEPT = 100;
const SIMILAR_OF = 2000;

/** A trained model whose items are matched with the numbers of a catalogue's products. */
export class PlacedModel {
  /** Number of the product of each of the model's items. */
  readonly products: Int32Array;
  /** Scores of the request under way; every request writes it anew. */
  readonly scores: Float32Array;
  private readonly items = Column.int32(-1);
  private readonly similarItems = new Map<number, ScoredItem[]>();

  constructor(
    readonly model: AffinityModel,
    readonly version: ServedVersion,
    catalogue: Catalogue,
    private readonly search?: InnerProductSearch,
    private readonly interests: InterestWeights = INTEREST_WEIGHTS,
  ) {
    this.products = Int32Array.from(model.itemIds, id => catalogue.number(id));
    this.scores = new Float32Array(model.itemIds.length);
    this.products.forEach((product, item) => this.items.set(product, item));
  }

  /** The model's item of a product, or -1 where it was not there when the model was trained. */
  item(product: number): number {
    return this.items.get(product);
  }

  /** The `n` items most like one, the most alike first. */
  similar(item: number, n: number): ScoredItem[] {
    if (n > SIMILAR_KEPT) return this.model.similar(item, n);
    const similar = this.similarItems.get(item) ?? this.model.similar(item, SIMILAR_KEPT);
    keepNewest(this.similarItems, item, similar, SIMILAR_OF);
    return similar.slice(0, n);
  }

  /** Whether {@link best} finds items without scoring all. */
  get isSearched(): boolean {
    return this.search !== undefined;
  }

  /** The `n` items that score highest for a history, best first, equal scores by item, where they can be found without scoring all. */
  best(history: readonly HistoryItem[], n: number): ScoredItem[] | undefined {
    const { innerProducts } = this.model;
    if (!this.search || !innerProducts || n > MOST_SEARCHED) return undefined;
    return this.search.search([{ vector: innerProducts.vectorOf(history), own: NOTHING }], n)[0];
  }

  /** A history in the model's terms; products it does not know, and what it gives no weight to, are left out. */
  history(past: readonly PastProduct[]): HistoryItem[] {
    const known: HistoryItem[] = [];
    for (const { product, quantity, kind } of past) {
      const item = this.items.get(product);
      const weight = Math.log1p(quantity * this.piecesOf(kind));
      if (item >= 0 && weight > 0) known.push({ item, weight });
    }
    return known;
  }

  /** How many bought pieces one of a kind counts as. */
  private piecesOf(kind: PastKind): number {
    if (kind === 'bought') return 1;
    return kind === 'cart' ? this.interests.cart : this.interests.view;
  }
}
