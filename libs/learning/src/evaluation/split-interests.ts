import type { PackedRows } from './packed-rows.js';
import { type InterestWeights, unpackInterests } from './product-interest.js';
import type { SplitRow } from './split.js';
import type { SplitTimes } from './user-time-split.js';

/** What had to do with a held-out order may have begun this long before it: such a visit would tell what is to be guessed. */
const VISIT_MS = 86_400_000;

/** Interests as rows of purchases, by when they were known. Each part is gone through anew for other weights. */
export interface InterestParts {
  readonly beforeValidation: (weights: InterestWeights) => Iterable<SplitRow>;
  readonly beforeTest: (weights: InterestWeights) => Iterable<SplitRow>;
  readonly all: (weights: InterestWeights) => Iterable<SplitRow>;
}

/**
 * Interests as a split of orders lets them be known: those of a customer up to a day before the first order of validation, or of the test.
 * Customers without a test have no order to give away: all of theirs are known.
 */
export function splitInterests(interests: PackedRows, times: ReadonlyMap<string, SplitTimes>): InterestParts {
  const until = (from: (times: SplitTimes) => number) => (weights: InterestWeights) =>
    weighted(interests, weights, customer => {
      const own = times.get(customer);
      return own === undefined ? Infinity : from(own) - VISIT_MS;
    });
  return {
    beforeValidation: until(({ validationFromMs }) => validationFromMs),
    beforeTest: until(({ testFromMs }) => testFromMs),
    all: weights => weighted(interests, weights, () => Infinity),
  };
}

function* weighted(
  interests: PackedRows,
  weights: InterestWeights,
  untilMs: (customer: string) => number,
): Generator<SplitRow> {
  for (const { customerId, productId, kind, atMs } of unpackInterests(interests)) {
    const quantity = weights[kind];
    if (quantity > 0 && atMs < untilMs(customerId)) yield { customer: customerId, item: productId, quantity };
  }
}
