import type { AffinityModel } from '../affinity/affinity-model.js';
import { scoreScale } from '../affinity/blend-model.js';
import { topItems } from '../affinity/top-items.js';
import { stableHash } from '../statistics/stable-hash.js';
import { customerScores } from './recommendation-metrics.js';
import type { TestCustomer } from './test-customers.js';

const FOLDS = 5;
/** Items of each model that are looked at for a customer; the best five of a blend are almost always among them. */
const SHORT_LIST = 50;
const TRIED = [0, 0.05, 0.1, 0.2, 0.3, 0.5, 0.75, 1, 1.5, 2];
const PASSES = 3;

/** Weights of a blend, and what it reaches. */
export interface LearnedBlend {
  /** One for each model, 0 or more, some above 0. */
  readonly weights: readonly number[];
  /** NDCG@5 of customers whose purchases took no part in finding the weights they are scored with. */
  readonly ndcg5: number;
  /** By how much NDCG@5 with `weights` is higher on the customers they were found with. */
  readonly optimism: number;
}

/**
 * Finds the weights with the highest NDCG@5: from the best single model, one weight after the other is set to the best of a few values, until
 * none helps any more. What it reaches is measured on five groups of customers, each with weights from the other four.
 * @param models with the same items.
 */
export function learnBlend(models: readonly AffinityModel[], customers: readonly TestCustomer[]): LearnedBlend {
  const rows = shortLists(models, customers);
  const fold = customers.map(({ id }) => stableHash(id) % FOLDS);
  let crossed = 0;
  for (let left = 0; left < FOLDS; left++) {
    const weights = ascend(
      rows.filter((_, at) => fold[at] !== left),
      models.length,
    );
    crossed += total(
      rows.filter((_, at) => fold[at] === left),
      weights,
    );
  }
  const weights = ascend(rows, models.length);
  const count = Math.max(1, rows.length);
  return { weights, ndcg5: crossed / count, optimism: (total(rows, weights) - crossed) / count };
}

interface ShortList {
  readonly customer: TestCustomer;
  readonly items: Int32Array;
  /** One list for each model, over its scale. */
  readonly scores: readonly Float64Array[];
}

function shortLists(models: readonly AffinityModel[], customers: readonly TestCustomer[]): ShortList[] {
  const scores = models.map(({ itemIds }) => new Float32Array(itemIds.length));
  return customers.map(customer => {
    const { history, owned } = customer;
    const scales = models.map((model, at) => {
      model.score(history, scores[at]!);
      const scale = scoreScale(scores[at]!, history);
      for (const item of owned) scores[at]![item] = NaN;
      return scale;
    });
    const found = scores.flatMap(own => topItems(own, SHORT_LIST).map(({ item }) => item));
    const items = Int32Array.from(new Set(found)).sort();
    return {
      customer,
      items,
      scores: scores.map((own, at) => Float64Array.from(items, item => own[item]! / scales[at]!)),
    };
  });
}

function ascend(rows: readonly ShortList[], models: number): number[] {
  let best = { weights: [] as number[], reached: -1 };
  const offer = (weights: number[]): boolean => {
    if (!weights.some(weight => weight > 0)) return false;
    const reached = total(rows, weights);
    if (reached <= best.reached) return false;
    best = { weights, reached };
    return true;
  };
  for (let only = 0; only < models; only++) offer(Array.from({ length: models }, (_, at) => (at === only ? 1 : 0)));
  for (let pass = 0, better = true; better && pass < PASSES; pass++) {
    better = false;
    for (let at = 0; at < models; at++) {
      for (const weight of TRIED) better = offer(best.weights.with(at, weight)) || better;
    }
  }
  return best.weights;
}

function total(rows: readonly ShortList[], weights: readonly number[]): number {
  let sum = 0;
  for (const { customer, items, scores } of rows) {
    const blended = new Float64Array(items.length);
    weights.forEach((weight, model) => {
      if (weight === 0) return;
      const own = scores[model]!;
      for (let at = 0; at < blended.length; at++) blended[at]! += weight * own[at]!;
    });
    const ranked = topItems(blended, 5).map(({ item }) => items[item]!);
    sum += customerScores(ranked, customer.bought, customer.boughtCount).ndcg5;
  }
  return sum;
}
