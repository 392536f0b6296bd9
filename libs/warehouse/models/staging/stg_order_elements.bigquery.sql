SELECT orders.order_id, place + 1 AS line_number, line
FROM laurel.stg_orders AS orders
CROSS JOIN UNNEST(JSON_QUERY_ARRAY(orders.items, '$')) AS line WITH OFFSET AS place
