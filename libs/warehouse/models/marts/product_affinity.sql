WITH own AS (
  SELECT DISTINCT customer_id, product_id
  FROM laurel.fct_order_lines
),
rated AS (
  SELECT own.customer_id, pairs.companion_id, SUM(pairs.quantity_together) AS quantity
  FROM own
  JOIN laurel.int_product_pairs AS pairs ON pairs.product_id = own.product_id
  GROUP BY own.customer_id, pairs.companion_id
)
SELECT
  rated.customer_id AS user_pseudo_id,
  rated.companion_id AS product_recommended,
  laurel.float_of(rated.quantity) AS rating,
  own.product_id IS NOT NULL AS already_bought
FROM rated
LEFT JOIN own ON own.customer_id = rated.customer_id AND own.product_id = rated.companion_id
