import { LogStandardiser } from '../standardise/log-standardiser.js';
import type { OrderLine } from '../evaluation/user-time-split.js';
import { CHURN_FEATURES, featuresAt, ordersOf, ordersWithin, type PastOrder } from './customer-past.js';
import { LogisticRegression } from './logistic-regression.js';
import { probabilityScores, type ProbabilityScores } from './probability-scores.js';

const DAY_MS = 86_400_000;
const RIDGE = 1;
const RECENCY_GROUPS = 10;
const LEAST_CUSTOMERS = 100;
/** Periods that a training looks at: two to learn from, one to calibrate on; the test has one more. */
const PERIODS = 3;

/** Orders that are too few, or don't go back far enough, to learn from. */
export class ChurnDataError extends Error {
  override readonly name = 'ChurnDataError';
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
  /** Probability of no order within `days` of `asOf`, for each customer, sorted by id. */
  readonly customers: readonly { readonly customerId: string; readonly probability: number }[];
}

/**
 * Forecasts who will not order within so many days: logistic regression on log1p'd and standardised {@link CHURN_FEATURES}, learned at two
 * moments of the past, its log odds calibrated (Platt, 1999) on what came in the period after them. First the same is done one period
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
  const test = observed(orders, to - periodMs, days);
  if (test.ids.length < LEAST_CUSTOMERS) {
    throw new ChurnDataError(`${test.ids.length} customers have orders; at least ${LEAST_CUSTOMERS} are needed.`);
  }
  const before = learned(orders, to - periodMs, days);
  const said = probabilities(before, test.features);
  const past = observed(orders, to - 2 * periodMs, days);
  const share = mean(past.churned);
  const now = observed(orders, to, days);
  const forecast = probabilities(learned(orders, to, days), now.features);
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
    customers: now.ids.map((customerId, at) => ({ customerId, probability: forecast[at]! })),
  };
}

interface Observed {
  readonly ids: readonly string[];
  readonly features: Float64Array;
  /** 1 for those who did not order within the period after. */
  readonly churned: readonly number[];
}

const WIDTH = CHURN_FEATURES.length;

function observed(orders: ReadonlyMap<string, readonly PastOrder[]>, atMs: number, days: number): Observed {
  const ids: string[] = [];
  const features: number[] = [];
  const churned: number[] = [];
  for (const [customer, own] of orders) {
    const row = featuresAt(own, atMs, days);
    if (!row) continue;
    ids.push(customer);
    features.push(...row);
    churned.push(ordersWithin(own, atMs, days) ? 0 : 1);
  }
  return { ids, features: Float64Array.from(features), churned };
}

interface Learned {
  readonly standardiser: LogStandardiser;
  readonly regression: LogisticRegression;
  readonly calibration: LogisticRegression;
}

/** Learns from what was known at `atMs`: no order after it is looked at. */
function learned(orders: ReadonlyMap<string, readonly PastOrder[]>, atMs: number, days: number): Learned {
  const periodMs = days * DAY_MS;
  const moments = [atMs - 3 * periodMs, atMs - 2 * periodMs].map(moment => observed(orders, moment, days));
  const rows = Float64Array.from(moments.flatMap(({ features }) => [...features]));
  const churned = moments.flatMap(moment => moment.churned);
  const standardiser = LogStandardiser.fit(rows, WIDTH);
  const regression = LogisticRegression.fit(standardiser.transform(rows), churned, WIDTH, RIDGE);
  const latest = observed(orders, atMs - periodMs, days);
  const logits = logitsOf(regression, standardiser.transform(latest.features));
  return { standardiser, regression, calibration: LogisticRegression.fit(logits, latest.churned, 1, SMALL_RIDGE) };
}

const SMALL_RIDGE = 1e-6;

function probabilities({ standardiser, regression, calibration }: Learned, features: Float64Array): Float64Array {
  return logitsOf(regression, standardiser.transform(features)).map(logit => calibration.probability([logit]));
}

function logitsOf(regression: LogisticRegression, rows: Float64Array): Float64Array {
  return Float64Array.from({ length: rows.length / WIDTH }, (_, at) =>
    regression.logit(rows.subarray(at * WIDTH, (at + 1) * WIDTH)),
  );
}

function recencyRule(past: Observed, test: Observed): number[] {
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
