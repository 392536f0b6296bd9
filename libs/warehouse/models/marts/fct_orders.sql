SELECT
  order_id,
  customer_id,
  placed_at,
  laurel.utc_date(placed_at) AS order_date,
  status,
  source,
  currency,
  order_value,
  line_count,
  quantity
FROM laurel.int_orders
WHERE is_counted
