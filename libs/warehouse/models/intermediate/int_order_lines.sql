WITH lines AS (
  SELECT order_id, line_number, product_id, product_name, quantity, unit_price
  FROM laurel.stg_order_lines
  UNION ALL
  SELECT
    purchases.transaction_id,
    items.item_number,
    items.item_id,
    items.item_name,
    COALESCE(items.quantity, laurel.numeric_of('1')),
    COALESCE(items.price, laurel.numeric_of('0'))
  FROM laurel.int_purchases AS purchases
  JOIN laurel.stg_event_items AS items ON items.event_id = purchases.event_id
  LEFT JOIN laurel.stg_orders AS orders ON orders.order_id = purchases.transaction_id
  WHERE orders.order_id IS NULL
)
SELECT
  order_id,
  line_number,
  product_id,
  product_name,
  quantity,
  unit_price,
  laurel.money_times(unit_price, quantity) AS line_value
FROM lines
