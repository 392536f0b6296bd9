SELECT
  events.user_pseudo_id AS customer_id,
  products.product_id,
  CASE events.event_name WHEN 'view_item' THEN 'view' ELSE 'cart' END AS kind,
  events.event_date AS day,
  MIN(laurel.micros_to_timestamp(events.event_timestamp)) AS first_at
FROM laurel.events_flat_data AS events
JOIN laurel.dim_products AS products ON products.product_id = events.item_id
WHERE events.event_name IN ('view_item', 'add_to_cart')
GROUP BY customer_id, product_id, kind, day
