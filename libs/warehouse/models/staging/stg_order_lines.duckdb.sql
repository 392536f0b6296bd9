SELECT
  orders.order_id,
  element.line_number,
  element.line.productId AS product_id,
  element.line.name AS product_name,
  laurel.numeric_of(element.line.quantity) AS quantity,
  laurel.numeric_of(element.line.price) AS unit_price
FROM laurel.stg_orders AS orders
CROSS JOIN UNNEST(
  from_json(orders.items, '[{"productId": "VARCHAR", "name": "VARCHAR", "quantity": "VARCHAR", "price": "VARCHAR"}]')
) WITH ORDINALITY AS element(line, line_number)
