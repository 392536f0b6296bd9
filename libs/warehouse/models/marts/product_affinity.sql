WITH products AS (
  SELECT product_id, ROW_NUMBER() OVER (ORDER BY product_id) AS product_number
  FROM laurel.dim_products
),
customers AS (
  SELECT customer_id, ROW_NUMBER() OVER (ORDER BY customer_id) AS customer_number
  FROM laurel.dim_customers
),
own AS (
  SELECT DISTINCT customers.customer_number, products.product_number
  FROM laurel.fct_order_lines AS lines
  JOIN products ON products.product_id = lines.product_id
  JOIN customers ON customers.customer_id = lines.customer_id
),
pairs AS (
  SELECT
    products.product_number,
    companions.product_number AS companion_number,
    pairs.quantity_together
  FROM laurel.int_product_pairs AS pairs
  JOIN products ON products.product_id = pairs.product_id
  JOIN products AS companions ON companions.product_id = pairs.companion_id
),
rated AS (
  SELECT own.customer_number, pairs.companion_number, SUM(pairs.quantity_together) AS quantity
  FROM own
  JOIN pairs ON pairs.product_number = own.product_number
  GROUP BY own.customer_number, pairs.companion_number
)
SELECT
  customers.customer_id AS user_pseudo_id,
  products.product_id AS product_recommended,
  laurel.float_of(rated.quantity) AS rating,
  own.product_number IS NOT NULL AS already_bought
FROM rated
JOIN customers ON customers.customer_number = rated.customer_number
JOIN products ON products.product_number = rated.companion_number
LEFT JOIN own ON own.customer_number = rated.customer_number AND own.product_number = rated.companion_number
