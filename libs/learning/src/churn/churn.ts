import type { OrderLine } from '../evaluation/user-time-split.js';
import { ChurnModel, observeCustomers, type ChurnModelData, type ObservedCustomers } from './churn-model.js';
import { CHURN_FEATURES, ordersOf, type PastOrder } from './customer-past.js';
import { probabilityScores, type ProbabilityScores } from './probability-scores.js';

const DAY_MS = 86_400_000;
const WIDTH = CHURN_FEATURES.length;
const RECENCY_GROUPS = 10;
const LEAST_CUSTOMERS = 100;
/** Periods that a training looks at: two to learn from, one to calibrate on; the test has one more. */
const PERIODS = 3;

/** Orders that are too few, or don't go back far enough, to learn from. */
export class ChurnDataError extends Error {
  override readonly name = 'ChurnDataError';
}

/** The probability that a customer places no order within the period. */
export interface CustomerChurn {
  readonly customerId: string;
  readonly probability: number;
}

/** The outcome of {@link forecastChurn}. */
export interface ChurnForecast {
  readonly days: number;
  /** The moment that is forecast from: the last order there is. */
  readonly asOf: Date;
  /** The period before, which nothing was learned from. */
  readonly test: {
    readonly customers: number;
    /** Share of them that did not order. */
    readonly churned: number;
    readonly model: ProbabilityScores;
    /** What the share of those who left, by how long ago the last order was, reaches: ten groups of equal size. */
    readonly recencyRule: ProbabilityScores;
    /** Brier of giving everyone the share of the past. */
    readonly constantBrier: number;
    /** Five groups of equal size by probability: what was said, and what came. */
    readonly calibration: readonly { readonly said: number; readonly came: number }[];
  };
  /** Learned from all of the orders, as tested one period earlier. */
  readonly model: ChurnModelData;
  /** By `model`. */
  readonly customers: readonly CustomerChurn[];
}

/**
 * Forecasts who will not order within so many days: a {@link ChurnModel} learned from the past. First the same is done one period
 * earlier, and tested on the last.
 * @throws ChurnDataError where the orders don't span five periods, or are of fewer than 100 customers.
 */
export function forecastChurn(lines: Iterable<OrderLine>, days: number): ChurnForecast {
  const orders = ordersOf(lines);
  const [from, to] = span(orders);
  const periodMs = days * DAY_MS;
  const needed = (PERIODS + 2) * days;
  if (!(to - from >= needed * DAY_MS)) {
    const found = orders.size === 0 ? 0 : Math.floor((to - from) / DAY_MS);
    throw new ChurnDataError(
      `The orders span ${found} days; ${needed} are needed to forecast ${days} days (five periods). Ask for fewer days.`,
    );
  }
  const test = observeCustomers(orders, to - periodMs, days);
  if (test.ids.length < LEAST_CUSTOMERS) {
    throw new ChurnDataError(`${test.ids.length} customers have orders; at least ${LEAST_CUSTOMERS} are needed.`);
  }
  const said = ChurnModel.fit(orders, to - periodMs, days).probabilities(test.features);
  const past = observeCustomers(orders, to - 2 * periodMs, days);
  const share = mean(past.churned);
  const model = ChurnModel.fit(orders, to, days);
  return {
    days,
    asOf: new Date(to),
    test: {
      customers: test.ids.length,
      churned: mean(test.churned),
      model: probabilityScores(said, test.churned),
      recencyRule: probabilityScores(recencyRule(past, test), test.churned),
      constantBrier: mean(test.churned.map(came => (came - share) ** 2)),
      calibration: calibrationOf(said, test.churned),
    },
    model: model.data,
    customers: churnBy(model, orders, to),
  };
}

/** What a model that was learned before says now of each customer, sorted by id. */
export function churnByModel(lines: Iterable<OrderLine>, model: ChurnModelData): CustomerChurn[] {
  const orders = ordersOf(lines);
  return churnBy(new ChurnModel(model), orders, span(orders)[1]);
}

function churnBy(model: ChurnModel, orders: ReadonlyMap<string, readonly PastOrder[]>, atMs: number): CustomerChurn[] {
  const { ids, features } = observeCustomers(orders, atMs, model.data.days);
  const probabilities = model.probabilities(features);
  return ids.map((customerId, at) => ({ customerId, probability: probabilities[at]! }));
}

function recencyRule(past: ObservedCustomers, test: ObservedCustomers): number[] {
  const order = [...past.churned.keys()].sort((a, b) => past.features[a * WIDTH]! - past.features[b * WIDTH]!);
  const groups = slices(order, RECENCY_GROUPS).map(group => ({
    from: past.features[group[0]! * WIDTH]!,
    share: mean(group.map(at => past.churned[at]!)),
  }));
  return test.churned.map((_, at) => {
    const group = groups.findLast(({ from }) => from <= test.features[at * WIDTH]!) ?? groups[0];
    return group?.share ?? 0.5;
  });
}

function calibrationOf(said: Float64Array, came: readonly number[]): { said: number; came: number }[] {
  const order = [...came.keys()].sort((a, b) => said[a]! - said[b]!);
  return slices(order, 5).map(group => ({
    said: mean(group.map(at => said[at]!)),
    came: mean(group.map(at => came[at]!)),
  }));
}

function slices(order: readonly number[], count: number): number[][] {
  const start = (part: number): number => Math.floor((part * order.length) / count);
  return Array.from({ length: count }, (_, part) => order.slice(start(part), start(part + 1))).filter(
    part => part.length > 0,
  );
}

function span(orders: ReadonlyMap<string, readonly PastOrder[]>): [from: number, to: number] {
  let [from, to] = [Infinity, -Infinity];
  for (const own of orders.values()) {
    for (const { atMs } of own) {
      from = Math.min(from, atMs);
      to = Math.max(to, atMs);
    }
  }
  return [from, to];
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length);
}
