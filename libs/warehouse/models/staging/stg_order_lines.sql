SELECT
  order_id,
  line_number,
  laurel.json_text(line, '$.productId') AS product_id,
  laurel.json_text(line, '$.name') AS product_name,
  laurel.numeric_of(laurel.json_text(line, '$.quantity')) AS quantity,
  laurel.numeric_of(laurel.json_text(line, '$.price')) AS unit_price
FROM laurel.stg_order_elements
