SELECT
  events.event_id,
  events.user_pseudo_id,
  events.event_name,
  events.event_timestamp,
  laurel.utc_date(events.event_time) AS event_date,
  events.ga_session_id,
  events.engagement_time_msec,
  events.transaction_id,
  events.purchase_revenue,
  items.item_number,
  items.item_id,
  items.item_name,
  items.item_category,
  items.price,
  items.quantity
FROM laurel.stg_events AS events
LEFT JOIN laurel.stg_event_items AS items ON items.event_id = events.event_id
