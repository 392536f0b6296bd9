SELECT
  events.event_id,
  element.item_number,
  element.item.item_id,
  element.item.item_name,
  element.item.item_category,
  laurel.numeric_of(element.item.price) AS price,
  laurel.numeric_of(element.item.quantity) AS quantity
FROM laurel.stg_events AS events
CROSS JOIN UNNEST(
  from_json(
    events.items,
    '[{"item_id": "VARCHAR", "item_name": "VARCHAR", "item_category": "VARCHAR", "price": "VARCHAR", "quantity": "VARCHAR"}]'
  )
) WITH ORDINALITY AS element(item, item_number)
