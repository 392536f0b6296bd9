import type { AffinityModel, ModelParameters } from '../affinity/affinity-model.js';
import { affinityTrainer } from '../affinity/trainers.js';
import { trendFactors, type TrendParameters } from '../affinity/trend-factors.js';
import { TrendModel } from '../affinity/trend-model.js';
import type { Interactions } from '../interactions/interactions.js';
import { evaluateModel, scoreCustomers } from './evaluate-model.js';
import { unpackOrderLines, unpackSplit, type PackedRows } from './packed-rows.js';
import type { RecommendationMetrics } from './recommendation-metrics.js';
import { confidences, type Split, type SplitRow } from './split.js';
import { testCustomers } from './test-customers.js';
import { tuneTrend, type TunedTrend } from './tune-trend.js';
import { userTimeSplit } from './user-time-split.js';

/** What trials run on: a ready split, or order lines to split by time. */
export interface TrialSource {
  readonly kind: 'split' | 'orders';
  readonly rows: PackedRows;
}

/** A trainer with its parameters. */
export interface Candidate {
  readonly trainer: string;
  readonly parameters: ModelParameters;
  readonly seed: number;
}

/** One piece of work on a split. */
export type Trial =
  | { readonly kind: 'validate'; readonly candidate: Candidate }
  | { readonly kind: 'test'; readonly candidate: Candidate; readonly trend: TrendParameters }
  | { readonly kind: 'refit'; readonly candidate: Candidate; readonly trend?: TrendParameters };

/** What came of a {@link Trial}; `fitMs` is the time of training alone. */
export type TrialResult =
  | { readonly kind: 'validate'; readonly ndcg5: number; readonly trend: TunedTrend; readonly fitMs: number }
  | {
      readonly kind: 'test';
      readonly plain: RecommendationMetrics;
      readonly trended: RecommendationMetrics;
      readonly fitMs: number;
    }
  | { readonly kind: 'refit'; readonly model: Uint8Array<ArrayBuffer>; readonly fitMs: number };

/** Runs trials on one split; the same trial gives the same result wherever it runs. */
export class TrialRunner {
  readonly #split: Split;
  readonly #everything: () => Interactions;

  constructor({ kind, rows }: TrialSource) {
    const split = kind === 'split' ? unpackSplit(rows) : userTimeSplit(unpackOrderLines(rows));
    this.#split = split;
    this.#everything = () =>
      kind === 'split'
        ? confidences(split.train, split.validation, split.test)
        : confidences(Array.from(unpackOrderLines(rows), asSplitRow));
  }

  run(trial: Trial, onProgress: (fraction: number) => void): TrialResult {
    switch (trial.kind) {
      case 'validate':
        return this.#validate(trial.candidate, onProgress);
      case 'test':
        return this.#test(trial.candidate, trial.trend, onProgress);
      case 'refit':
        return this.#refit(trial.candidate, trial.trend, onProgress);
    }
  }

  #validate(candidate: Candidate, onProgress: (fraction: number) => void): TrialResult {
    const { train, validation } = this.#split;
    const known = confidences(train);
    const { model, fitMs } = fit(candidate, known, onProgress);
    const customers = testCustomers(known, validation, itemsOf(train, validation));
    const scores = scoreCustomers(model, customers);
    const ndcg5 = scores.reduce((sum, score) => sum + score.ndcg5, 0) / Math.max(1, scores.length);
    return { kind: 'validate', ndcg5, trend: tuneTrend(model, customers, customersOf(known.itemIds, train)), fitMs };
  }

  #test(candidate: Candidate, trend: TrendParameters, onProgress: (fraction: number) => void): TrialResult {
    const { train, validation, test } = this.#split;
    const known = confidences(train, validation);
    const { model, fitMs } = fit(candidate, known, onProgress);
    const customers = testCustomers(known, test, itemsOf(train, validation));
    const factors = trendFactors(customersOf(known.itemIds, train), customersOf(known.itemIds, validation), trend);
    return {
      kind: 'test',
      plain: evaluateModel(model, known, customers, candidate.seed),
      trended: evaluateModel(new TrendModel(model, factors, {}), known, customers, candidate.seed),
      fitMs,
    };
  }

  #refit(
    candidate: Candidate,
    trend: TrendParameters | undefined,
    onProgress: (fraction: number) => void,
  ): TrialResult {
    const { train, validation, test } = this.#split;
    const known = this.#everything();
    const { model, fitMs } = fit(candidate, known, onProgress);
    if (!trend) return { kind: 'refit', model: model.serialize(), fitMs };
    const earlier = customersOf(known.itemIds, train, validation);
    const factors = trendFactors(earlier, customersOf(known.itemIds, test), trend);
    return { kind: 'refit', model: new TrendModel(model, factors, { ...trend }).serialize(), fitMs };
  }
}

function fit(
  candidate: Candidate,
  known: Interactions,
  onProgress: (fraction: number) => void,
): { model: AffinityModel; fitMs: number } {
  const startedMs = performance.now();
  const { trainer, parameters, seed } = candidate;
  const model = affinityTrainer(trainer).fit(known, parameters, { seed, onProgress });
  return { model, fitMs: performance.now() - startedMs };
}

function customersOf(itemIds: readonly string[], ...parts: (readonly SplitRow[])[]): Float64Array {
  const position = new Map(itemIds.map((id, at) => [id, at]));
  const customers = new Float64Array(itemIds.length);
  for (const part of parts) {
    for (const { item } of part) {
      const at = position.get(item);
      if (at !== undefined) customers[at]! += 1;
    }
  }
  return customers;
}

function itemsOf(...parts: (readonly SplitRow[])[]): Set<string> {
  return new Set(parts.flatMap(part => part.map(({ item }) => item)));
}

function asSplitRow(line: { customerId: string; productId: string; quantity: number }): SplitRow {
  return { customer: line.customerId, item: line.productId, quantity: line.quantity };
}
