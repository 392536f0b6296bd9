import { z } from 'zod';
import type { AffinityModel, Contribution, HistoryItem, ModelParameters, ScoredItem } from './affinity-model.js';
import { rankContributions } from './rank-contributions.js';
import { writeModelFile, type ModelFile } from './model-file.js';
import { topItems } from './top-items.js';

const header = z.object({
  kind: z.literal('item-weights'),
  itemIds: z.array(z.string()),
  usesWeights: z.boolean(),
  parameters: z.record(z.string(), z.union([z.number(), z.string(), z.boolean()])),
});

/** Sparse item–item weights: the row of a past item holds what it adds to the score of other items. */
export interface ItemWeights {
  readonly rowStarts: Int32Array;
  readonly columns: Int32Array;
  readonly values: Float32Array;
}

/**
 * score(j) = Σ over the history of weight(i) × W(i, j): cosine, BM25 and EASE^R differ only in how W was made. Where
 * `usesWeights` is false every past item counts 1, whatever its quantity.
 */
export class ItemWeightsModel implements AffinityModel {
  readonly kind = 'item-weights';
  readonly itemIds: readonly string[];
  readonly parameters: ModelParameters;
  readonly weights: ItemWeights;
  readonly usesWeights: boolean;

  constructor(
    itemIds: readonly string[],
    weights: ItemWeights,
    options: { readonly usesWeights: boolean; readonly parameters?: ModelParameters },
  ) {
    this.itemIds = itemIds;
    this.weights = weights;
    this.usesWeights = options.usesWeights;
    this.parameters = options.parameters ?? {};
  }

  static read(file: ModelFile): ItemWeightsModel {
    const { itemIds, usesWeights, parameters } = header.parse(file.header);
    const weights = {
      rowStarts: file.int32('rowStarts'),
      columns: file.int32('columns'),
      values: file.float32('values'),
    };
    return new ItemWeightsModel(itemIds, weights, { usesWeights, parameters });
  }

  score(history: readonly HistoryItem[], into: Float32Array): void {
    into.fill(0);
    const { rowStarts, columns, values } = this.weights;
    for (const { item, weight } of history) {
      const factor = this.usesWeights ? weight : 1;
      for (let p = rowStarts[item]!, end = rowStarts[item + 1]!; p < end; p++) {
        into[columns[p]!]! += factor * values[p]!;
      }
    }
  }

  contributions(history: readonly HistoryItem[], item: number): Contribution[] {
    return rankContributions(
      history.map(past => ({
        item: past.item,
        amount: this.#weight(past.item, item) * (this.usesWeights ? past.weight : 1),
      })),
    );
  }

  similar(item: number, n: number): ScoredItem[] {
    const start = this.weights.rowStarts[item]!;
    const end = this.weights.rowStarts[item + 1]!;
    const columns = this.weights.columns.subarray(start, end);
    return topItems(this.weights.values.subarray(start, end), n, at => columns[at] === item).map(
      ({ item: at, score }) => ({ item: columns[at]!, score }),
    );
  }

  serialize(): Uint8Array<ArrayBuffer> {
    const { kind, itemIds, usesWeights, parameters } = this;
    return writeModelFile({ kind, itemIds, usesWeights, parameters }, { ...this.weights });
  }

  #weight(from: number, to: number): number {
    const { rowStarts, columns, values } = this.weights;
    let low = rowStarts[from]!;
    let high = rowStarts[from + 1]! - 1;
    while (low <= high) {
      const middle = (low + high) >> 1;
      const column = columns[middle]!;
      if (column === to) return values[middle]!;
      if (column < to) low = middle + 1;
      else high = middle - 1;
    }
    return 0;
  }
}
