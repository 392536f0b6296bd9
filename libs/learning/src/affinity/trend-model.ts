import { z } from 'zod';
import type { InnerProducts } from '../inner-products/inner-products.js';
import type { AffinityModel, Contribution, HistoryItem, ModelParameters, ScoredItem } from './affinity-model.js';
import { writeModelFile, type ModelFile } from './model-file.js';

const header = z.object({
  kind: z.literal('trend'),
  itemIds: z.array(z.string()),
  parameters: z.record(z.string(), z.union([z.number(), z.string(), z.boolean()])),
});

/**
 * Another model with each item's score multiplied by how its demand moves: above 1 where its share of recent purchases
 * exceeds its share of earlier ones. A score below 0 is divided, so that rising demand never lowers a score.
 */
export class TrendModel implements AffinityModel {
  readonly kind = 'trend';
  readonly itemIds: readonly string[];
  readonly base: AffinityModel;
  readonly parameters: ModelParameters;
  readonly #factors: Float32Array;

  /** @param factors one above 0 for each item of `base`. */
  constructor(base: AffinityModel, factors: Float32Array, parameters: ModelParameters) {
    this.itemIds = base.itemIds;
    this.base = base;
    this.parameters = parameters;
    this.#factors = factors;
  }

  /** `readModel` reads the model that the trend is laid over. */
  static read(file: ModelFile, readModel: (bytes: Uint8Array) => AffinityModel): TrendModel {
    const { parameters } = header.parse(file.header);
    return new TrendModel(readModel(file.bytes('base')), file.float32('factors'), parameters);
  }

  get innerProducts(): InnerProducts | undefined {
    const products = this.base.innerProducts;
    return products && !products.multipliers ? { ...products, multipliers: this.#factors } : undefined;
  }

  score(history: readonly HistoryItem[], into: Float32Array): void {
    this.base.score(history, into);
    applyTrend(into, this.#factors);
  }

  contributions(history: readonly HistoryItem[], item: number): Contribution[] {
    return this.base.contributions(history, item);
  }

  similar(item: number, n: number): ScoredItem[] {
    return this.base.similar(item, n);
  }

  serialize(): Uint8Array<ArrayBuffer> {
    const { kind, itemIds, parameters } = this;
    return writeModelFile({ kind, itemIds, parameters }, { base: this.base.serialize(), factors: this.#factors });
  }
}

/** Multiplies scores from 0 up by the factors and divides those below. */
export function applyTrend(scores: Float32Array, factors: Float32Array): void {
  for (let item = 0; item < scores.length; item++) {
    const score = scores[item]!;
    scores[item] = score < 0 ? score / factors[item]! : score * factors[item]!;
  }
}
