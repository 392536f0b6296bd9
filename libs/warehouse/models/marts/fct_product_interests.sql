SELECT
  events.user_pseudo_id AS customer_id,
  products.product_id,
  CASE events.event_name WHEN 'view_item' THEN 'view' ELSE 'cart' END AS kind,
  laurel.utc_date(events.event_time) AS day,
  MIN(events.event_time) AS first_at
FROM laurel.stg_events AS events
JOIN laurel.stg_event_items AS items ON items.event_id = events.event_id
JOIN laurel.dim_products AS products ON products.product_id = items.item_id
WHERE events.event_name IN ('view_item', 'add_to_cart')
GROUP BY customer_id, product_id, kind, day
