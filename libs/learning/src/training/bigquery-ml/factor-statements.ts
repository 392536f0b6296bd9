import { selectRows, type TableRows } from '@laurel/warehouse';
import type { InterestWeights } from '../../evaluation/product-interest.js';

/** The model of affinities in the dataset, trained on everything. */
export const FACTORS_MODEL = 'product_affinity_factors';
/** The same without the test's orders, there while it is judged. */
export const TRIAL_MODEL = 'product_affinity_trial';
/** What customers bought in each part of the split, there as long. */
export const SPLIT_TABLE = 'product_affinity_split';

/** Customers whose recommendations by BigQuery are compared with Laurel's own, and how many of each. */
const RECOMMENDED_CUSTOMERS = 100;
export const RECOMMENDED_ITEMS = 20;

const PIECES = ['customer_id', 'product_id', 'quantity'];

/** Settings of `MATRIX_FACTORIZATION`; a rating r counts with the confidence 1 + alpha × r. */
export interface FactorSettings {
  readonly factors: number;
  readonly regularisation: number;
  readonly alpha: number;
}

/** What customers looked at and put into the cart, and how many purchased pieces either counts as. */
export interface WeighedInterests {
  /** With the columns customer_id, product_id, kind and first_at. */
  readonly rows: TableRows;
  readonly weights: InterestWeights;
}

/**
 * Splits every customer's orders by time as {@link userTimeSplit} does: `part` 0 train, 1 validation, 2 test, with the products that are new to
 * the customer in it. Interests are part 0 where {@link splitInterests} lets them be known before the test. The table deletes itself after a day
 * where nobody does before.
 */
export function createSplit(lines: TableRows, interests?: WeighedInterests): string {
  return `CREATE OR REPLACE TABLE laurel.${SPLIT_TABLE}
OPTIONS (expiration_timestamp = TIMESTAMP_ADD(CURRENT_TIMESTAMP(), INTERVAL 1 DAY))
AS ${splitOrders(lines, interests)}`;
}

/** The rows of that table: `customer_id`, `product_id`, `part`, `quantity`. */
export function splitOrders(lines: TableRows, interests?: WeighedInterests): string {
  return `WITH order_lines AS (${selectRows(lines)}),
dated AS (
  SELECT customer_id, order_id, MIN(placed_at) AS placed_at FROM order_lines GROUP BY customer_id, order_id
),
ranked AS (
  SELECT
    customer_id,
    order_id,
    ROW_NUMBER() OVER (PARTITION BY customer_id ORDER BY placed_at, order_id) AS place,
    COUNT(*) OVER (PARTITION BY customer_id) AS orders
  FROM dated
),
tested AS (
  SELECT
    customer_id,
    order_id,
    place,
    orders,
    CASE WHEN orders < 2 THEN orders ELSE orders - GREATEST(1, DIV(orders, 5)) END AS before_test
  FROM ranked
),
parted AS (
  SELECT
    customer_id,
    order_id,
    CASE
      WHEN place > before_test THEN 2
      WHEN orders > 2 AND place > before_test - GREATEST(1, DIV(before_test, 5)) THEN 1
      ELSE 0
    END AS part
  FROM tested
),
bought AS (
  SELECT parted.customer_id, order_lines.product_id, parted.part, SUM(order_lines.quantity) AS quantity
  FROM parted
  JOIN order_lines ON order_lines.customer_id = parted.customer_id AND order_lines.order_id = parted.order_id
  GROUP BY parted.customer_id, order_lines.product_id, parted.part
),
placed AS (
  SELECT
    customer_id,
    product_id,
    part,
    quantity,
    MIN(part) OVER (PARTITION BY customer_id, product_id) AS first_part
  FROM bought
)
SELECT customer_id, product_id, part, quantity FROM placed WHERE part = first_part${interests ? `\nUNION ALL\n${knownBeforeTest(interests)}` : ''}`;
}

function knownBeforeTest(interests: WeighedInterests): string {
  return `SELECT interests.customer_id, interests.product_id, 0 AS part, interests.quantity
FROM (${weighed(interests)}) AS interests
LEFT JOIN (
  SELECT tested.customer_id, MIN(dated.placed_at) AS test_from
  FROM tested
  JOIN dated ON dated.customer_id = tested.customer_id AND dated.order_id = tested.order_id
  WHERE tested.place > tested.before_test
  GROUP BY tested.customer_id
) AS held ON held.customer_id = interests.customer_id
WHERE held.test_from IS NULL OR interests.first_at < TIMESTAMP_SUB(held.test_from, INTERVAL 1 DAY)`;
}

/** Interests as purchased pieces; those that count nothing are left out. */
function weighed({ rows, weights: { view, cart } }: WeighedInterests): string {
  return `SELECT customer_id, product_id, first_at, quantity
FROM (
  SELECT *, CAST(CASE kind WHEN 'cart' THEN ${cart} ELSE ${view} END AS NUMERIC) AS quantity
  FROM (${selectRows(rows)}) AS kinds
) AS weighed
WHERE quantity > 0`;
}

/** Trains on what was bought before the test. */
export function trainTrial(settings: FactorSettings): string {
  return trainFactors(TRIAL_MODEL, settings, selectRows({ table: SPLIT_TABLE, columns: PIECES, where: 'part < 2' }));
}

/** Trains on everything. */
export function trainFinal(settings: FactorSettings, lines: TableRows, interests?: WeighedInterests): string {
  const bought = selectRows({ ...lines, columns: PIECES });
  const looked = interests && `SELECT ${PIECES.join(', ')} FROM (${weighed(interests)}) AS interests`;
  return trainFactors(FACTORS_MODEL, settings, looked ? `${bought}\nUNION ALL\n${looked}` : bought);
}

function trainFactors(model: string, settings: FactorSettings, pieces: string): string {
  const { factors, regularisation, alpha } = settings;
  return `CREATE OR REPLACE MODEL laurel.${model}
OPTIONS (
  MODEL_TYPE = 'MATRIX_FACTORIZATION',
  FEEDBACK_TYPE = 'IMPLICIT',
  USER_COL = 'customer_id',
  ITEM_COL = 'product_id',
  RATING_COL = 'rating',
  NUM_FACTORS = ${factors},
  L2_REG = ${regularisation},
  WALS_ALPHA = ${alpha}
)
AS SELECT customer_id, product_id, LN(1 + CAST(SUM(quantity) AS FLOAT64)) AS rating
FROM (${pieces}) AS pieces
GROUP BY customer_id, product_id`;
}

/** The factors of each product in the order of their numbers: `product_id`, `factors`. */
export function itemFactors(model: string): string {
  return `SELECT
  learned.feature AS product_id,
  ARRAY(SELECT one.weight FROM UNNEST(learned.factor_weights) AS one ORDER BY one.factor) AS factors
FROM ML.WEIGHTS(MODEL laurel.${model}) AS learned
WHERE learned.processed_input = 'product_id'`;
}

/** BigQuery's own first products for some customers, bought ones among them: `customer_id`, `product_id`. */
export const RECOMMEND = `SELECT customer_id, product_id
FROM (
  SELECT
    customer_id,
    product_id,
    ROW_NUMBER() OVER (PARTITION BY customer_id ORDER BY predicted_rating_confidence DESC, product_id) AS place
  FROM ML.RECOMMEND(
    MODEL laurel.${FACTORS_MODEL},
    (SELECT DISTINCT customer_id FROM laurel.${SPLIT_TABLE} ORDER BY customer_id LIMIT ${RECOMMENDED_CUSTOMERS})
  )
) AS ranked
WHERE place <= ${RECOMMENDED_ITEMS}`;

/** Remove what is there only while a model is judged. */
export const DROP_TRIAL = [`DROP MODEL IF EXISTS laurel.${TRIAL_MODEL}`, `DROP TABLE IF EXISTS laurel.${SPLIT_TABLE}`];
