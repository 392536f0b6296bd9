import type { AffinityModel } from '../affinity/affinity-model.js';
import { topItems } from '../affinity/top-items.js';
import type { Interactions } from '../interactions/interactions.js';
import {
  customerScores,
  summarise,
  type CustomerScores,
  type RecommendationMetrics,
} from './recommendation-metrics.js';
import type { TestCustomer } from './test-customers.js';

/** Each customer's scores with a model; items of the history are never recommended. */
export function scoreCustomers(model: AffinityModel, customers: readonly TestCustomer[]): CustomerScores[] {
  const scores = new Float32Array(model.itemIds.length);
  return customers.map(customer => {
    model.score(customer.history, scores);
    return customerScores(ranked(scores, customer), customer.bought, customer.boughtCount);
  });
}

/** All metrics of a model on a test. `known` is what the model was trained on: it gives coverage and novelty. */
export function evaluateModel(
  model: AffinityModel,
  known: Interactions,
  customers: readonly TestCustomer[],
  seed: number,
): RecommendationMetrics {
  const scores = new Float32Array(model.itemIds.length);
  const owners = new Float64Array(model.itemIds.length);
  for (const item of known.columns) owners[item]! += 1;
  const shown = new Set<number>();
  let surprise = 0;
  let shownCount = 0;
  let rankSum = 0;
  let rankCount = 0;
  const customerResults = customers.map(customer => {
    model.score(customer.history, scores);
    const list = ranked(scores, customer);
    for (const item of list.slice(0, 5)) {
      shown.add(item);
      surprise -= Math.log2(Math.max(1, owners[item]!) / Math.max(1, known.userIds.length));
      shownCount += 1;
    }
    for (const rank of percentileRanks(scores, customer)) {
      rankSum += rank;
      rankCount += 1;
    }
    return customerScores(list, customer.bought, customer.boughtCount);
  });
  return summarise(
    customerResults,
    {
      meanPercentileRank: rankCount === 0 ? 0.5 : rankSum / rankCount,
      coverage: shown.size / Math.max(1, model.itemIds.length),
      novelty: shownCount === 0 ? 0 : surprise / shownCount,
    },
    seed,
  );
}

function ranked(scores: Float32Array, customer: TestCustomer): number[] {
  for (const { item } of customer.history) scores[item] = -Infinity;
  const owned = new Set(customer.history.map(past => past.item));
  return topItems(scores, 20, item => owned.has(item)).map(({ item }) => item);
}

function percentileRanks(scores: Float32Array, customer: TestCustomer): number[] {
  const others = scores.length - customer.history.length - 1;
  if (others <= 0) return [];
  return [...customer.bought].map(item => {
    const own = scores[item]!;
    let above = 0;
    let equal = -1;
    for (const score of scores) {
      if (score > own) above += 1;
      else if (score === own) equal += 1;
    }
    return (above + equal / 2) / others;
  });
}
