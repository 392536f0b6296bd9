SELECT
  lines.order_id,
  lines.line_number,
  orders.customer_id,
  orders.placed_at,
  lines.product_id,
  lines.quantity,
  lines.unit_price,
  lines.line_value
FROM laurel.int_order_lines AS lines
JOIN laurel.fct_orders AS orders ON orders.order_id = lines.order_id
