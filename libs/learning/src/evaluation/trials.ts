import type { AffinityModel } from '../affinity/affinity-model.js';
import { deserializeAffinityModel } from '../affinity/deserialize-affinity-model.js';
import { BlendModel } from '../affinity/blend-model.js';
import { blendParameters } from '../affinity/blend-trainer.js';
import { affinityTrainer } from '../affinity/trainers.js';
import { trendFactors, type TrendParameters } from '../affinity/trend-factors.js';
import { TrendModel } from '../affinity/trend-model.js';
import type { Interactions } from '../interactions/interactions.js';
import type { BlendParts } from './blend-parts.js';
import type { Candidate } from './candidate.js';
import { type DataDescription, describeData } from './describe-data.js';
import { fingerprintOf } from './fingerprint.js';
import { evaluateModel } from './evaluate-model.js';
import { learnBlend } from './learn-blend.js';
import { asSplitRows, unpackOrderLines, unpackSplit, type PackedRows } from './packed-rows.js';
import type { RecommendationMetrics } from './recommendation-metrics.js';
import { interestParameters, interestWeightsOf, type InterestWeights } from './product-interest.js';
import { confidences, confidencesOf, distinct, type Split, type SplitRow } from './split.js';
import { type InterestParts, splitInterests } from './split-interests.js';
import { withValidation } from './stand-in-validation.js';
import { testCustomers, type TestCustomer } from './test-customers.js';
import type { AffinityCounts } from '../training/embedded/training-limits.js';
import { inShare } from '../statistics/in-share.js';
import { recentByFold, tuneTrend, type Demand, type TunedTrend } from './tune-trend.js';
import { type SplitTimes, userTimeSplit } from './user-time-split.js';

/** Customers that are scored at most, drawn by a hash of their ids: as many as tell models apart, in a time that does not grow with the shop. */
const MOST_VALIDATED = 10_000;
const MOST_TESTED = 20_000;
const NO_TIMES: ReadonlyMap<string, SplitTimes> = new Map();

/** What trials run on: a ready split, or order lines to split by time. */
export interface TrialSource {
  readonly kind: 'split' | 'orders';
  readonly rows: PackedRows;
  /**
   * What customers looked at and put into the cart; those of a ready split were all known before validation. Candidates learn from it whose parameters
   * weigh it.
   */
  readonly interests?: PackedRows | undefined;
  /** The loyalty tiers of customers, by id, to tell figures by tier. */
  readonly tiers?: ReadonlyMap<string, string> | undefined;
}

/** One piece of work on a split. */
export type Trial =
  | {
      readonly kind: 'validate';
      readonly candidate: Candidate;
      /** Of the customers, by a hash of their ids; all unless told. */
      readonly share?: number | undefined;
    }
  | ({ readonly kind: 'blend' } & BlendParts)
  | { readonly kind: 'describe' }
  | {
      readonly kind: 'test';
      readonly candidate: Candidate;
      /** What to score the model with; nothing for the model as it is. */
      readonly trends: readonly (TrendParameters | undefined)[];
    }
  | {
      readonly kind: 'judge';
      readonly model: Uint8Array<ArrayBuffer>;
      readonly seed: number;
      /** What interests counted as in its training; none where it learned from purchases alone. */
      readonly interestWeights?: InterestWeights | undefined;
    }
  | { readonly kind: 'refit'; readonly candidate: Candidate; readonly trend?: TrendParameters };

/** What came of a {@link Trial}; `fitMs` is the time of training alone. */
export type TrialResult =
  | { readonly kind: 'validate'; readonly trend: TunedTrend; readonly fitMs: number }
  | { readonly kind: 'blend'; readonly candidate: Candidate; readonly trend: TunedTrend; readonly fitMs: number }
  | { readonly kind: 'describe'; readonly data: DataDescription }
  | {
      readonly kind: 'test';
      /** One for each trend. */
      readonly metrics: readonly RecommendationMetrics[];
      /** Customers of the test, scored or not. */
      readonly customers: number;
      readonly fitMs: number;
    }
  | {
      readonly kind: 'judge';
      readonly metrics: RecommendationMetrics;
      readonly customers: number;
      readonly dataFingerprint: string;
    }
  | {
      readonly kind: 'refit';
      readonly model: Uint8Array<ArrayBuffer>;
      readonly dataFingerprint: string;
      readonly fitMs: number;
    };

/** Runs trials on one split; the same trial gives the same result wherever it runs. */
export class TrialRunner {
  readonly #threads: number;
  readonly #tables: readonly PackedRows[];
  readonly #interests: InterestParts | undefined;
  readonly #tiers: ReadonlyMap<string, string> | undefined;
  readonly #split: Split;
  readonly #describe: () => DataDescription;
  readonly #validation: (of: { readonly share: number; readonly weights: Weights }) => ValidationStage;
  readonly #test: (of: { readonly weights: Weights }) => Stage;
  readonly #everything: (weights: Weights) => Interactions;

  /** @param threads that a training may use, this one among them. */
  constructor({ kind, rows, interests, tiers }: TrialSource, threads: number) {
    this.#tiers = tiers;
    this.#threads = threads;
    const given = kind === 'split' ? { ...unpackSplit(rows), times: NO_TIMES } : userTimeSplit(unpackOrderLines(rows));
    const split = withValidation(given);
    this.#describe = () =>
      describeData(given, interests, kind === 'orders' ? countsOf(rows, given.times.size) : undefined);
    this.#tables = interests ? [rows, interests] : [rows];
    // A stand-in for validation is not split by time: what was looked at before is not known.
    this.#interests = interests && split === given ? splitInterests(interests, given.times) : undefined;
    this.#split = split;
    this.#validation = onceEach(({ share, weights }) => {
      const drawn = (part: Iterable<SplitRow>): Iterable<SplitRow> =>
        share >= 1 ? part : [...part].filter(({ customer }) => inShare(customer, share));
      const [train, validation] = [drawn(split.train), drawn(split.validation)];
      const interested = weights && this.#interests?.beforeValidation(weights);
      const known = interested && drawn(interested);
      const made = stage([train], known, validation, itemsOf(train, validation), MOST_VALIDATED);
      const { itemIds } = made.known;
      const demand = { earlier: customersOf(itemIds, train), recent: recentByFold(itemIds, validation) };
      return { ...made, demand };
    });
    this.#test = onceEach(({ weights }) => {
      const known = [split.train, split.validation];
      const interested = weights && this.#interests?.beforeTest(weights);
      return stage(known, interested, split.test, itemsOf(...known), MOST_TESTED);
    });
    this.#everything = weights => {
      const bought = kind === 'split' ? [split.train, split.validation, split.test] : [asSplitRows(rows)];
      const interested = weights && this.#interests?.all(weights);
      return confidences(...bought, ...(interested ? [interested] : []));
    };
  }

  async run(trial: Trial, onProgress: (fraction: number) => void): Promise<TrialResult> {
    switch (trial.kind) {
      case 'validate':
        return this.#runValidation(trial.candidate, trial.share ?? 1, onProgress);
      case 'blend':
        return this.#runBlend(trial, onProgress);
      case 'describe':
        return { kind: 'describe', data: this.#describe() };
      case 'test':
        return this.#runTest(trial.candidate, trial.trends, onProgress);
      case 'judge':
        return this.#judge(trial);
      case 'refit':
        return this.#runRefit(trial.candidate, trial.trend, onProgress);
    }
  }

  async #runValidation(
    candidate: Candidate,
    share: number,
    onProgress: (fraction: number) => void,
  ): Promise<TrialResult> {
    const weights = interestWeightsOf(candidate.parameters);
    const { known, customers, demand } = this.#validation({ share, weights });
    const { model, fitMs } = await this.#fit(candidate, known, onProgress);
    const trend = tuneTrend(model, customers, demand);
    return { kind: 'validate', trend, fitMs };
  }

  /** The blend's NDCG@5 is that of customers who took no part in finding its weights. */
  async #runBlend(
    { candidates, interestWeights }: BlendParts,
    onProgress: (fraction: number) => void,
  ): Promise<TrialResult> {
    const { known, customers, demand } = this.#validation({ share: 1, weights: interestWeights });
    const models: AffinityModel[] = [];
    let blendMs = 0;
    for (const candidate of candidates) {
      const { model, fitMs } = await this.#fit(candidate, known, fraction =>
        onProgress((models.length + fraction) / candidates.length),
      );
      models.push(model);
      blendMs += fitMs;
    }
    const { weights, ndcg5, optimism } = learnBlend(models, customers);
    const ingredients = candidates
      .map(({ trainer, parameters }, at) => ({ trainer, parameters, weight: weights[at]! }))
      .filter(({ weight }) => weight > 0);
    const parameters = {
      ...blendParameters(ingredients),
      ...(interestWeights && interestParameters(interestWeights)),
    };
    const parts = models.map((model, at) => ({ model, weight: weights[at]! })).filter(({ weight }) => weight > 0);
    const blend = new BlendModel(parts, parameters);
    const trend = tuneTrend(blend, customers, demand);
    const candidate = { trainer: 'blend', parameters, seed: candidates[0]?.seed ?? 0 };
    const honest = { ...trend, plainNdcg5: ndcg5, ndcg5: trend.ndcg5 - optimism };
    return { kind: 'blend', candidate, trend: honest, fitMs: blendMs };
  }

  async #runTest(
    candidate: Candidate,
    trends: readonly (TrendParameters | undefined)[],
    onProgress: (fraction: number) => void,
  ): Promise<TrialResult> {
    const { train, validation } = this.#split;
    const { known, purchases, customers, inAll } = this.#test({ weights: interestWeightsOf(candidate.parameters) });
    const { model, fitMs } = await this.#fit(candidate, known, onProgress);
    const [earlier, recent] = [customersOf(known.itemIds, train), customersOf(known.itemIds, validation)];
    const metrics = evaluateModel(model, purchases, customers, {
      seed: candidate.seed,
      trends: trends.map(trend => trend && trendFactors(earlier, recent, trend)),
      tiers: this.#tiers,
    });
    return { kind: 'test', metrics, customers: inAll, fitMs };
  }

  async #judge({ model: bytes, seed, interestWeights }: Extract<Trial, { kind: 'judge' }>): Promise<TrialResult> {
    const { known, purchases, customers, inAll } = this.#test({ weights: interestWeights });
    const model = deserializeAffinityModel(bytes);
    if (model.itemIds.join('\n') !== known.itemIds.join('\n')) {
      const ours = known.itemIds.length;
      throw new RangeError(`The model knows ${model.itemIds.length} products, not the ${ours} known before the test.`);
    }
    const [metrics] = evaluateModel(model, purchases, customers, { seed, tiers: this.#tiers });
    if (!metrics) throw new RangeError('An evaluation gave no metrics.');
    return { kind: 'judge', metrics, customers: inAll, dataFingerprint: fingerprintOf(...this.#tables) };
  }

  async #runRefit(
    candidate: Candidate,
    trend: TrendParameters | undefined,
    onProgress: (fraction: number) => void,
  ): Promise<TrialResult> {
    const { train, validation, test } = this.#split;
    const known = this.#everything(interestWeightsOf(candidate.parameters));
    const { model, fitMs } = await this.#fit(candidate, known, onProgress);
    const dataFingerprint = fingerprintOf(...this.#tables);
    if (!trend) return { kind: 'refit', model: model.serialize(), dataFingerprint, fitMs };
    const earlier = customersOf(known.itemIds, train, validation);
    const factors = trendFactors(earlier, customersOf(known.itemIds, test), trend);
    const trended = new TrendModel(model, factors, { ...trend });
    return { kind: 'refit', model: trended.serialize(), dataFingerprint, fitMs };
  }

  async #fit(
    { trainer, parameters, seed }: Candidate,
    known: Interactions,
    onProgress: (fraction: number) => void,
  ): Promise<{ model: AffinityModel; fitMs: number }> {
    const startedMs = performance.now();
    const options = { seed, threads: this.#threads, onProgress };
    const model = await affinityTrainer(trainer).fit(known, parameters, options);
    return { model, fitMs: performance.now() - startedMs };
  }
}

type Weights = InterestWeights | undefined;

interface Stage {
  /** What a model is trained on. */
  readonly known: Interactions;
  /** What of it was bought, of the same items. */
  readonly purchases: Interactions;
  /** Those that are scored. */
  readonly customers: readonly TestCustomer[];
  /** How many there are. */
  readonly inAll: number;
}

interface ValidationStage extends Stage {
  readonly demand: Demand;
}

function stage(
  parts: readonly Iterable<SplitRow>[],
  interested: Iterable<SplitRow> | undefined,
  next: Iterable<SplitRow>,
  catalogue: Set<string>,
  most: number,
): Stage {
  const known = confidences(...parts, ...(interested ? [interested] : []));
  const purchases = interested ? confidencesOf(known.itemIds, parts) : known;
  return { known, purchases, ...testCustomers({ known, purchases }, next, catalogue, most) };
}

/** The last answer is kept. */
function onceEach<Of, T>(make: (of: Of) => T): (of: Of) => T {
  let made: { readonly key: string; readonly value: T } | undefined;
  return of => {
    const key = JSON.stringify(of);
    made = made?.key === key ? made : { key, value: make(of) };
    return made.value;
  };
}

function customersOf(itemIds: readonly string[], ...parts: Iterable<SplitRow>[]): Float64Array {
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

function itemsOf(...parts: Iterable<SplitRow>[]): Set<string> {
  return distinct(({ item }) => item, ...parts);
}

function countsOf(lines: PackedRows, returningCustomers: number): AffinityCounts {
  return {
    minCustomers: lines.customers.length,
    minItems: lines.items.length,
    minOrderLines: lines.customer.length,
    minReturningCustomers: returningCustomers,
  };
}
