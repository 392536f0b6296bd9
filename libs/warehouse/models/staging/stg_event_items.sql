SELECT
  event_id,
  item_number,
  laurel.json_text(item, '$.item_id') AS item_id,
  laurel.json_text(item, '$.item_name') AS item_name,
  laurel.json_text(item, '$.item_category') AS item_category,
  laurel.numeric_of(laurel.json_text(item, '$.price')) AS price,
  laurel.numeric_of(laurel.json_text(item, '$.quantity')) AS quantity
FROM laurel.stg_event_elements
