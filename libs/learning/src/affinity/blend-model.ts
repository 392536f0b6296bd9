import { z } from 'zod';
import type { AffinityModel, Contribution, HistoryItem, ModelParameters, ScoredItem } from './affinity-model.js';
import { deserializeAffinityModel } from './deserialize-affinity-model.js';
import { writeModelFile, type ModelFile } from './model-file.js';
import { rankContributions } from './rank-contributions.js';
import { topItems } from './top-items.js';

const header = z.object({
  kind: z.literal('blend'),
  itemIds: z.array(z.string()),
  weights: z.array(z.number()),
  parameters: z.record(z.string(), z.union([z.number(), z.string(), z.boolean()])),
});

/** A model with its say in a blend. */
export interface BlendPart {
  readonly model: AffinityModel;
  readonly weight: number;
}

/**
 * Weighted sum of the scores of several models over the same items; each model's scores are first divided by their
 * standard deviation over the items, for this history.
 */
export class BlendModel implements AffinityModel {
  readonly kind = 'blend';
  readonly itemIds: readonly string[];
  readonly parts: readonly BlendPart[];
  readonly parameters: ModelParameters;
  readonly #scratch: Float32Array;

  /** @throws RangeError when there is no part or the parts score different items. */
  constructor(parts: readonly BlendPart[], parameters: ModelParameters = {}) {
    const first = parts[0];
    if (!first) throw new RangeError('A blend needs one model or more.');
    for (const { model } of parts) {
      if (model.itemIds.length !== first.model.itemIds.length) {
        throw new RangeError(`A blend of ${first.model.itemIds.length} and of ${model.itemIds.length} items.`);
      }
    }
    this.itemIds = first.model.itemIds;
    this.parts = parts;
    this.parameters = parameters;
    this.#scratch = new Float32Array(this.itemIds.length);
  }

  static read(file: ModelFile): BlendModel {
    const { weights, parameters } = header.parse(file.header);
    const parts = weights.map((weight, at) => ({ weight, model: deserializeAffinityModel(file.bytes(`part${at}`)) }));
    return new BlendModel(parts, parameters);
  }

  score(history: readonly HistoryItem[], into: Float32Array): void {
    into.fill(0);
    for (const { model, weight } of this.parts) {
      model.score(history, this.#scratch);
      const factor = weight / spread(this.#scratch);
      for (let item = 0; item < into.length; item++) into[item]! += factor * this.#scratch[item]!;
    }
  }

  contributions(history: readonly HistoryItem[], item: number): Contribution[] {
    const amounts = new Map<number, number>();
    for (const { model, weight } of this.parts) {
      model.score(history, this.#scratch);
      const share = (weight / spread(this.#scratch)) * this.#scratch[item]!;
      for (const part of model.contributions(history, item)) {
        amounts.set(part.item, (amounts.get(part.item) ?? 0) + part.share * share);
      }
    }
    return rankContributions(Array.from(amounts, ([past, amount]) => ({ item: past, amount })));
  }

  similar(item: number, n: number): ScoredItem[] {
    const scores = new Float64Array(this.itemIds.length);
    for (const { model, weight } of this.parts) {
      if (model.kind === 'popularity') continue;
      const found = model.similar(item, SIMILAR_DEPTH);
      const best = found[0]?.score ?? 0;
      if (!(best > 0)) continue;
      for (const other of found) scores[other.item]! += (weight * other.score) / best;
    }
    return topItems(scores, n, other => other === item || !(scores[other]! > 0));
  }

  serialize(): Uint8Array<ArrayBuffer> {
    const { kind, itemIds, parameters } = this;
    return writeModelFile(
      { kind, itemIds, weights: this.parts.map(part => part.weight), parameters },
      Object.fromEntries(this.parts.map((part, at) => [`part${at}`, part.model.serialize()])),
    );
  }
}

const SIMILAR_DEPTH = 200;

/** Standard deviation of scores; 1 where all are equal. */
export function spread(scores: Float32Array): number {
  let sum = 0;
  let squares = 0;
  for (const score of scores) {
    sum += score;
    squares += score * score;
  }
  const mean = sum / scores.length;
  const variance = squares / scores.length - mean * mean;
  return variance > 0 ? Math.sqrt(variance) : 1;
}
