SELECT events.event_id, place + 1 AS item_number, item
FROM laurel.stg_events AS events
CROSS JOIN UNNEST(JSON_QUERY_ARRAY(events.items, '$')) AS item WITH OFFSET AS place
