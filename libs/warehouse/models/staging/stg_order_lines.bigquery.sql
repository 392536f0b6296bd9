SELECT
  orders.order_id,
  place + 1 AS line_number,
  laurel.json_text(line, '$.productId') AS product_id,
  laurel.json_text(line, '$.name') AS product_name,
  laurel.numeric_of(laurel.json_text(line, '$.quantity')) AS quantity,
  laurel.numeric_of(laurel.json_text(line, '$.price')) AS unit_price
FROM laurel.stg_orders AS orders
CROSS JOIN UNNEST(JSON_QUERY_ARRAY(orders.items, '$')) AS line WITH OFFSET AS place
