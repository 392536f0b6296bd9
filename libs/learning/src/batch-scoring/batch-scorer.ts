import type { AffinityModel, HistoryItem, ScoredItem } from '../affinity/affinity-model.js';
import { topItems } from '../affinity/top-items.js';
import { InnerProductSearch } from '../inner-products/inner-product-search.js';
import type { InnerProducts } from '../inner-products/inner-products.js';
import type { HistoryBatch, TopLists } from './history-batch.js';

/** Finds the best items of a model for batches of histories: by search where its scores are inner products, else by scoring every item. */
export class BatchScorer {
  readonly #model: AffinityModel;
  readonly #scores: Float32Array;
  readonly #ownOf: Int32Array;
  #search: { readonly most: number; readonly wanted: Uint8Array; readonly search: InnerProductSearch } | undefined;
  #row = 0;

  constructor(model: AffinityModel) {
    this.#model = model;
    this.#scores = new Float32Array(model.itemIds.length);
    this.#ownOf = new Int32Array(model.itemIds.length);
  }

  /** What scoring every item for each history would give, whichever way it is found. */
  top(batch: HistoryBatch): TopLists {
    const { innerProducts } = this.#model;
    return pack(innerProducts ? this.#found(innerProducts, batch) : this.#scored(batch));
  }

  #found(products: InnerProducts, batch: HistoryBatch): ScoredItem[][] {
    const queries = historiesOf(batch).map((history, row) => ({
      vector: products.vectorOf(history),
      own: ownOf(batch, row),
    }));
    return this.#searchFor(products, batch).search(queries);
  }

  #searchFor(products: InnerProducts, { most, wanted }: HistoryBatch): InnerProductSearch {
    if (this.#search?.most !== most || Buffer.compare(this.#search.wanted, wanted) !== 0)
      this.#search = { most, wanted, search: new InnerProductSearch(products, most, item => wanted[item] === 1) };
    return this.#search.search;
  }

  #scored(batch: HistoryBatch): ScoredItem[][] {
    return historiesOf(batch).map((history, at) => {
      const row = ++this.#row;
      for (const item of ownOf(batch, at)) this.#ownOf[item] = row;
      this.#model.score(history, this.#scores);
      const skip = (item: number) =>
        batch.wanted[item] !== 1 || !(this.#scores[item]! > 0) || this.#ownOf[item] === row;
      return topItems(this.#scores, batch.most, skip);
    });
  }
}

function historiesOf({ starts, items, weights }: HistoryBatch): HistoryItem[][] {
  return Array.from({ length: starts.length - 1 }, (_, row) =>
    Array.from({ length: starts[row + 1]! - starts[row]! }, (__, at) => ({
      item: items[starts[row]! + at]!,
      weight: weights[starts[row]! + at]!,
    })),
  );
}

function ownOf({ ownStarts, own }: HistoryBatch, row: number): Int32Array {
  return own.subarray(ownStarts[row], ownStarts[row + 1]);
}

function pack(lists: readonly (readonly ScoredItem[])[]): TopLists {
  const starts = new Int32Array(lists.length + 1);
  lists.forEach((list, row) => (starts[row + 1] = starts[row]! + list.length));
  const items = new Int32Array(starts[lists.length]!);
  const scores = new Float32Array(items.length);
  lists.forEach((list, row) =>
    list.forEach(({ item, score }, at) => {
      items[starts[row]! + at] = item;
      scores[starts[row]! + at] = score;
    }),
  );
  return { starts, items, scores };
}
