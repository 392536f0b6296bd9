SELECT orders.order_id, element.line_number, element.line
FROM laurel.stg_orders AS orders
CROSS JOIN UNNEST(json_extract(orders.items, '$[*]')) WITH ORDINALITY AS element(line, line_number)
