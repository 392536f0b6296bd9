SELECT
  transaction_id,
  event_id,
  event_time,
  user_pseudo_id,
  currency,
  purchase_revenue
FROM laurel.stg_events
WHERE event_name = 'purchase' AND transaction_id IS NOT NULL
QUALIFY ROW_NUMBER() OVER (PARTITION BY transaction_id ORDER BY event_timestamp, event_id) = 1
