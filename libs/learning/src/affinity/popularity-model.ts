import { z } from 'zod';
import type { AffinityModel, Contribution, HistoryItem, ModelParameters, ScoredItem } from './affinity-model.js';
import { writeModelFile, type ModelFile } from './model-file.js';
import { topItems } from './top-items.js';

const header = z.object({
  kind: z.literal('popularity'),
  itemIds: z.array(z.string()),
  parameters: z.record(z.string(), z.union([z.number(), z.string(), z.boolean()])),
});

/** Scores every item by how many customers had it, whoever asks. */
export class PopularityModel implements AffinityModel {
  readonly kind = 'popularity';
  readonly itemIds: readonly string[];
  readonly parameters: ModelParameters;
  readonly #scores: Float32Array;

  constructor(itemIds: readonly string[], scores: Float32Array, parameters: ModelParameters = {}) {
    this.itemIds = itemIds;
    this.#scores = scores;
    this.parameters = parameters;
  }

  static read(file: ModelFile): PopularityModel {
    const { itemIds, parameters } = header.parse(file.header);
    return new PopularityModel(itemIds, file.float32('scores'), parameters);
  }

  score(_history: readonly HistoryItem[], into: Float32Array): void {
    into.set(this.#scores);
  }

  contributions(): Contribution[] {
    return [];
  }

  similar(item: number, n: number): ScoredItem[] {
    return topItems(this.#scores, n, other => other === item);
  }

  serialize(): Uint8Array<ArrayBuffer> {
    const { kind, itemIds, parameters } = this;
    return writeModelFile({ kind, itemIds, parameters }, { scores: this.#scores });
  }
}
