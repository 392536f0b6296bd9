WITH sold AS (
  SELECT
    product_id,
    COUNT(DISTINCT order_id) AS order_count,
    SUM(quantity) AS quantity_sold,
    SUM(line_value) AS revenue,
    MIN(placed_at) AS first_sold_at,
    MAX(placed_at) AS last_sold_at
  FROM laurel.fct_order_lines
  GROUP BY product_id
),
known AS (
  SELECT product_id FROM laurel.stg_products
  UNION DISTINCT
  SELECT product_id FROM sold
)
SELECT
  known.product_id,
  products.product_name,
  products.category,
  products.price,
  products.rating,
  products.stock,
  COALESCE(products.is_available, FALSE) AS is_available,
  products.image_url,
  COALESCE(sold.order_count, 0) AS order_count,
  COALESCE(sold.quantity_sold, laurel.numeric_of('0')) AS quantity_sold,
  COALESCE(sold.revenue, laurel.numeric_of('0')) AS revenue,
  sold.first_sold_at,
  sold.last_sold_at
FROM known
LEFT JOIN laurel.stg_products AS products ON products.product_id = known.product_id
LEFT JOIN sold ON sold.product_id = known.product_id
