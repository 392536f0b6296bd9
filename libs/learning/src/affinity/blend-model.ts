import { z } from 'zod';
import type { AffinityModel, Contribution, HistoryItem, ModelParameters, ScoredItem } from './affinity-model.js';
import { writeModelFile, type ModelFile } from './model-file.js';
import { rankContributions } from './rank-contributions.js';
import { topItems } from './top-items.js';

const header = z.object({
  kind: z.literal('blend'),
  itemIds: z.array(z.string()),
  weights: z.array(z.number().positive()),
  parameters: z.record(z.string(), z.union([z.number(), z.string(), z.boolean()])),
});

/** A model of a blend, and how much it counts. */
export interface BlendPart {
  readonly model: AffinityModel;
  /** Above 0. */
  readonly weight: number;
}

/**
 * Several models as one: score(j) = Σ weight × score of the part ÷ {@link scoreScale} of the part for this customer, so that the weights
 * don't depend on the units in which a part scores.
 */
export class BlendModel implements AffinityModel {
  readonly kind = 'blend';
  readonly itemIds: readonly string[];
  readonly parts: readonly BlendPart[];
  readonly parameters: ModelParameters;
  readonly #scores: Float32Array;

  /**
   * @param parts one or more, with the same items.
   * @throws RangeError where their items differ.
   */
  constructor(parts: readonly BlendPart[], parameters: ModelParameters) {
    this.itemIds = parts[0]?.model.itemIds ?? [];
    const other = parts.find(({ model }) => model.itemIds.length !== this.itemIds.length);
    if (other || parts.length === 0) {
      throw new RangeError('A blend needs one model or more, all trained on the same items.');
    }
    this.parts = parts;
    this.parameters = parameters;
    this.#scores = new Float32Array(this.itemIds.length);
  }

  /** `readModel` reads the parts. */
  static read(file: ModelFile, readModel: (bytes: Uint8Array) => AffinityModel): BlendModel {
    const { weights, parameters } = header.parse(file.header);
    return new BlendModel(
      weights.map((weight, at) => ({ weight, model: readModel(file.bytes(`part${at}`)) })),
      parameters,
    );
  }

  score(history: readonly HistoryItem[], into: Float32Array): void {
    into.fill(0);
    for (const { model, weight } of this.parts) {
      model.score(history, this.#scores);
      const factor = weight / scoreScale(this.#scores, history);
      for (let item = 0; item < into.length; item++) into[item]! += factor * this.#scores[item]!;
    }
  }

  contributions(history: readonly HistoryItem[], item: number): Contribution[] {
    const amounts = new Map<number, number>();
    for (const { model, weight } of this.parts) {
      model.score(history, this.#scores);
      const score = (weight / scoreScale(this.#scores, history)) * this.#scores[item]!;
      for (const { item: past, share } of model.contributions(history, item)) {
        amounts.set(past, (amounts.get(past) ?? 0) + share * score);
      }
    }
    return rankContributions([...amounts].map(([past, amount]) => ({ item: past, amount })));
  }

  similar(item: number, n: number): ScoredItem[] {
    const likeness = new Float64Array(this.itemIds.length).fill(-Infinity);
    for (const { model, weight } of this.parts) {
      const found = model.similar(item, n * 4);
      const best = found[0]?.score ?? 0;
      if (best <= 0) continue;
      for (const { item: other, score } of found) {
        likeness[other] = Math.max(0, likeness[other]!) + (weight * Math.max(0, score)) / best;
      }
    }
    return topItems(likeness, n, other => likeness[other] === -Infinity);
  }

  serialize(): Uint8Array<ArrayBuffer> {
    const { kind, itemIds, parts, parameters } = this;
    const weights = parts.map(({ weight }) => weight);
    const models = Object.fromEntries(parts.map(({ model }, at) => [`part${at}`, model.serialize()]));
    return writeModelFile({ kind, itemIds, weights, parameters }, models);
  }
}

/** Root of the mean square of a customer's scores, items of the history left out; 1 where all are 0. */
export function scoreScale(scores: Float32Array, history: readonly HistoryItem[]): number {
  let squares = 0;
  for (let item = 0; item < scores.length; item++) squares += scores[item]! * scores[item]!;
  const own = new Set(history.map(({ item }) => item));
  for (const item of own) squares -= scores[item]! * scores[item]!;
  const count = scores.length - own.size;
  return squares > 0 && count > 0 ? Math.sqrt(squares / count) : 1;
}
