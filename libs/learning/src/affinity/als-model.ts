import { z } from 'zod';
import { choleskyFactor, choleskySolve } from '../linear-algebra/cholesky.js';
import { gramOf } from '../linear-algebra/gram.js';
import { rowLengths } from '../linear-algebra/row-lengths.js';
import type { InnerProducts } from '../inner-products/inner-products.js';
import type { AffinityModel, Contribution, HistoryItem, ModelParameters, ScoredItem } from './affinity-model.js';
import { writeModelFile, type ModelFile } from './model-file.js';
import { rankContributions } from './rank-contributions.js';
import { topItems } from './top-items.js';

const header = z.object({
  kind: z.literal('als'),
  itemIds: z.array(z.string()),
  stride: z.int().positive(),
  alpha: z.number().positive(),
  regularisation: z.number().positive(),
  parameters: z.record(z.string(), z.union([z.number(), z.string(), z.boolean()])),
});

/** What makes an {@link AlsModel}. */
export interface AlsModelParts {
  readonly itemIds: readonly string[];
  /** One row of `stride` factors for each item. */
  readonly itemFactors: Float32Array;
  /** Factors in a row, a multiple of 4. */
  readonly stride: number;
  /** Confidence in a past item is 1 + alpha × weight. */
  readonly alpha: number;
  readonly regularisation: number;
  readonly parameters: ModelParameters;
}

/**
 * Item factors of implicit alternating least squares (Hu, Koren and Volinsky, 2008). A customer's factors are solved
 * exactly from the history at the moment of asking ("fold-in").
 */
export class AlsModel implements AffinityModel {
  readonly kind = 'als';
  readonly itemIds: readonly string[];
  readonly #parts: AlsModelParts;
  readonly #gram: Float64Array;
  #lengths: Float64Array | undefined;
  /** Of the history that contributions were last asked of: mostly several items' are. */
  #explained: { readonly history: readonly HistoryItem[]; readonly factor: Float64Array } | undefined;

  constructor(parts: AlsModelParts) {
    this.itemIds = parts.itemIds;
    this.#parts = parts;
    this.#gram = gramOf(parts.itemFactors, parts.stride, parts.regularisation);
  }

  static read(file: ModelFile): AlsModel {
    const { itemIds, stride, alpha, regularisation, parameters } = header.parse(file.header);
    return new AlsModel({
      itemIds,
      stride,
      alpha,
      regularisation,
      parameters,
      itemFactors: file.float32('itemFactors'),
    });
  }

  get innerProducts(): InnerProducts {
    const { itemFactors: vectors, stride: dimensions } = this.#parts;
    return { vectors, dimensions, vectorOf: history => this.foldIn(history) };
  }

  /** Factors of a customer with this history: (YᵀCY + λI)⁻¹ Yᵀc. */
  foldIn(history: readonly HistoryItem[]): Float64Array<ArrayBuffer> {
    const { itemFactors, stride, alpha } = this.#parts;
    const target = new Float64Array(stride);
    for (const { item, weight } of history) {
      for (let f = 0; f < stride; f++) target[f]! += (1 + alpha * weight) * itemFactors[item * stride + f]!;
    }
    choleskySolve(this.#systemFactor(history), stride, target);
    return target;
  }

  score(history: readonly HistoryItem[], into: Float32Array): void {
    const { itemFactors, stride } = this.#parts;
    const user = this.foldIn(history);
    for (let item = 0, p = 0; item < this.itemIds.length; item++) {
      let a = 0;
      let b = 0;
      let c = 0;
      let d = 0;
      for (let f = 0; f < stride; f += 4, p += 4) {
        a += user[f]! * itemFactors[p]!;
        b += user[f + 1]! * itemFactors[p + 1]!;
        c += user[f + 2]! * itemFactors[p + 2]!;
        d += user[f + 3]! * itemFactors[p + 3]!;
      }
      into[item] = a + b + (c + d);
    }
  }

  contributions(history: readonly HistoryItem[], item: number): Contribution[] {
    const { itemFactors, stride, alpha } = this.#parts;
    const asked = Float64Array.from(itemFactors.subarray(item * stride, (item + 1) * stride));
    if (this.#explained?.history !== history) this.#explained = { history, factor: this.#systemFactor(history) };
    choleskySolve(this.#explained.factor, stride, asked);
    return rankContributions(
      history.map(past => {
        let sum = 0;
        for (let f = 0; f < stride; f++) sum += asked[f]! * itemFactors[past.item * stride + f]!;
        return { item: past.item, amount: sum * (1 + alpha * past.weight) };
      }),
    );
  }

  similar(item: number, n: number): ScoredItem[] {
    const { itemFactors, stride } = this.#parts;
    const cosines = new Float64Array(this.itemIds.length);
    const lengths = (this.#lengths ??= rowLengths(itemFactors, stride).map(length => length || 1));
    const own = itemFactors.subarray(item * stride, (item + 1) * stride);
    for (let other = 0, p = 0; other < cosines.length; other++) {
      let sum = 0;
      for (let f = 0; f < stride; f++, p++) sum += own[f]! * itemFactors[p]!;
      cosines[other] = sum / (lengths[item]! * lengths[other]!);
    }
    return topItems(cosines, n, other => other === item);
  }

  serialize(): Uint8Array<ArrayBuffer> {
    const { itemIds, stride, alpha, regularisation, parameters, itemFactors } = this.#parts;
    return writeModelFile({ kind: this.kind, itemIds, stride, alpha, regularisation, parameters }, { itemFactors });
  }

  #systemFactor(history: readonly HistoryItem[]): Float64Array {
    const { itemFactors, stride, alpha } = this.#parts;
    const system = this.#gram.slice();
    for (const { item, weight } of history) {
      const extra = alpha * weight;
      for (let r = 0; r < stride; r++) {
        const scaled = extra * itemFactors[item * stride + r]!;
        for (let c = 0; c <= r; c++) system[r * stride + c]! += scaled * itemFactors[item * stride + c]!;
      }
    }
    choleskyFactor(system, stride);
    return system;
  }
}
