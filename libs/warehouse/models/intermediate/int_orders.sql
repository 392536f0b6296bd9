WITH line_totals AS (
  SELECT order_id, COUNT(*) AS line_count, SUM(quantity) AS quantity, SUM(line_value) AS value
  FROM laurel.int_order_lines
  GROUP BY order_id
),
known AS (
  SELECT
    order_id,
    customer_id,
    placed_at,
    status,
    currency,
    'document' AS source,
    CAST(NULL AS STRING) AS event_id,
    laurel.numeric_of(NULL) AS stated_value
  FROM laurel.stg_orders
  UNION ALL
  SELECT
    purchases.transaction_id,
    purchases.user_pseudo_id,
    purchases.event_time,
    'placed',
    purchases.currency,
    'event',
    purchases.event_id,
    purchases.purchase_revenue
  FROM laurel.int_purchases AS purchases
  LEFT JOIN laurel.stg_orders AS orders ON orders.order_id = purchases.transaction_id
  WHERE orders.order_id IS NULL
)
SELECT
  known.order_id,
  known.customer_id,
  known.placed_at,
  known.status,
  known.currency,
  known.source,
  known.event_id,
  known.status NOT IN ('cancelled', 'refunded') AS is_counted,
  COALESCE(known.stated_value, line_totals.value, laurel.numeric_of('0')) AS order_value,
  COALESCE(line_totals.line_count, 0) AS line_count,
  COALESCE(line_totals.quantity, laurel.numeric_of('0')) AS quantity
FROM known
LEFT JOIN line_totals ON line_totals.order_id = known.order_id
