import { z } from 'zod';
import { Standardiser, standardiserState } from '../standardise/standardiser.js';
import { CHURN_FEATURES, featuresAt, ordersWithin, type PastOrder } from './customer-past.js';
import { LogisticRegression } from './logistic-regression.js';

const WIDTH = CHURN_FEATURES.length;
const DAY_MS = 86_400_000;
const RIDGE = 1;
const SMALL_RIDGE = 1e-6;

/** A {@link ChurnModel} as plain numbers; nothing in it is of a single customer. */
export const churnModelSchema = z.object({
  /** How far ahead it looks. */
  days: z.number().positive(),
  standardiser: standardiserState,
  /** Of the regression: the intercept, then a weight for each of {@link CHURN_FEATURES}. */
  weights: z.array(z.number()).length(WIDTH + 1),
  /** Of the calibration: the intercept, then the weight of the regression's log odds. */
  calibration: z.array(z.number()).length(2),
});

export type ChurnModelData = z.infer<typeof churnModelSchema>;

/** Customers with an order before a moment: what was known of them then, and what came. */
export interface ObservedCustomers {
  readonly ids: readonly string[];
  /** {@link CHURN_FEATURES} of each, a row after the other. */
  readonly features: Float64Array;
  /** 1 for those who did not order within the period after. */
  readonly churned: readonly number[];
}

/** Looks at every customer as of a moment. */
export function observeCustomers(
  orders: ReadonlyMap<string, readonly PastOrder[]>,
  atMs: number,
  days: number,
): ObservedCustomers {
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

/** Logistic regression on log1p'd and standardised {@link CHURN_FEATURES}, its log odds calibrated (Platt, 1999). */
export class ChurnModel {
  readonly data: ChurnModelData;
  readonly #standardiser: Standardiser;
  readonly #regression: LogisticRegression;
  readonly #calibration: LogisticRegression;

  constructor(data: ChurnModelData) {
    this.data = data;
    this.#standardiser = new Standardiser(data.standardiser);
    this.#regression = new LogisticRegression(Float64Array.from(data.weights));
    this.#calibration = new LogisticRegression(Float64Array.from(data.calibration));
  }

  /** Learns from what was known at `atMs`, at two moments three and two periods before, calibrated on the period before: no order after it is looked at. */
  static fit(orders: ReadonlyMap<string, readonly PastOrder[]>, atMs: number, days: number): ChurnModel {
    const periodMs = days * DAY_MS;
    const moments = [3, 2].map(periods => observeCustomers(orders, atMs - periods * periodMs, days));
    const rows = joined(moments.map(({ features }) => features));
    const churned = moments.flatMap(moment => moment.churned);
    const standardiser = Standardiser.fit(rows, WIDTH);
    const regression = LogisticRegression.fit(standardiser.transform(rows), churned, WIDTH, RIDGE);
    const latest = observeCustomers(orders, atMs - periodMs, days);
    const logits = logitsOf(regression, standardiser.transform(latest.features));
    return new ChurnModel({
      days,
      standardiser: standardiser.state,
      weights: [...regression.weights],
      calibration: [...LogisticRegression.fit(logits, latest.churned, 1, SMALL_RIDGE).weights],
    });
  }

  /** The probability of no order within `data.days`, for each row of {@link CHURN_FEATURES}. */
  probabilities(features: Float64Array): Float64Array {
    return logitsOf(this.#regression, this.#standardiser.transform(features)).map(logit =>
      this.#calibration.probability([logit]),
    );
  }
}

function logitsOf(regression: LogisticRegression, rows: Float64Array): Float64Array {
  return Float64Array.from({ length: rows.length / WIDTH }, (_, at) =>
    regression.logit(rows.subarray(at * WIDTH, (at + 1) * WIDTH)),
  );
}

function joined(parts: readonly Float64Array[]): Float64Array {
  const whole = new Float64Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
