-- At most 30 distinct products of a basket take part (chosen by hash, the same each time), so that the pairs grow with the lines;
-- of each product the 30 most frequent companions are kept. Products are numbered, and each pair is counted once for both directions:
-- that halves the work.
WITH products AS (
  SELECT product_id, ROW_NUMBER() OVER (ORDER BY product_id) AS product_number
  FROM laurel.int_order_lines
  GROUP BY product_id
),
baskets AS (
  SELECT lines.order_id, lines.product_id, SUM(lines.quantity) AS quantity
  FROM laurel.int_order_lines AS lines
  JOIN laurel.int_orders AS orders ON orders.order_id = lines.order_id
  WHERE orders.is_counted
  GROUP BY lines.order_id, lines.product_id
),
bounded AS (
  SELECT order_id, product_id, quantity
  FROM baskets
  WHERE TRUE
  QUALIFY ROW_NUMBER() OVER (PARTITION BY order_id ORDER BY laurel.stable_hash(order_id || '/' || product_id), product_id) <= 30
),
numbered AS (
  SELECT bounded.order_id, products.product_number, bounded.quantity
  FROM bounded
  JOIN products ON products.product_id = bounded.product_id
),
unordered AS (
  SELECT
    a.product_number AS a_number,
    b.product_number AS b_number,
    COUNT(*) AS orders_together,
    SUM(a.quantity) AS a_quantity,
    SUM(b.quantity) AS b_quantity
  FROM numbered AS a
  JOIN numbered AS b ON b.order_id = a.order_id AND b.product_number > a.product_number
  GROUP BY a.product_number, b.product_number
),
pairs AS (
  SELECT a_number AS product_number, b_number AS companion_number, orders_together, b_quantity AS quantity_together
  FROM unordered
  UNION ALL
  SELECT b_number, a_number, orders_together, a_quantity
  FROM unordered
),
best AS (
  SELECT
    product_number,
    companion_number,
    orders_together,
    quantity_together,
    ROW_NUMBER() OVER (
      PARTITION BY product_number ORDER BY orders_together DESC, quantity_together DESC, companion_number
    ) AS companion_rank
  FROM pairs
  WHERE TRUE
  QUALIFY companion_rank <= 30
)
SELECT
  own.product_id,
  companion.product_id AS companion_id,
  best.companion_rank,
  best.orders_together,
  best.quantity_together
FROM best
JOIN products AS own ON own.product_number = best.product_number
JOIN products AS companion ON companion.product_number = best.companion_number
