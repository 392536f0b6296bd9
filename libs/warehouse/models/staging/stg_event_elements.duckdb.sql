SELECT events.event_id, element.item_number, element.item
FROM laurel.stg_events AS events
CROSS JOIN UNNEST(json_extract(events.items, '$[*]')) WITH ORDINALITY AS element(item, item_number)
