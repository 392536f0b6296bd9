SELECT
  events.event_id,
  place + 1 AS item_number,
  laurel.json_text(item, '$.item_id') AS item_id,
  laurel.json_text(item, '$.item_name') AS item_name,
  laurel.json_text(item, '$.item_category') AS item_category,
  laurel.numeric_of(laurel.json_text(item, '$.price')) AS price,
  laurel.numeric_of(laurel.json_text(item, '$.quantity')) AS quantity
FROM laurel.stg_events AS events
CROSS JOIN UNNEST(JSON_QUERY_ARRAY(events.items, '$')) AS item WITH OFFSET AS place
