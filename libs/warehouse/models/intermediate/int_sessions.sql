SELECT
  user_pseudo_id,
  ga_session_id,
  MIN(event_time) AS started_at,
  MAX(event_time) AS ended_at,
  SUM(engagement_time_msec) AS engagement_time_msec,
  COUNT(*) AS event_count,
  COUNTIF(event_name = 'purchase') AS purchase_count
FROM laurel.stg_events
WHERE ga_session_id IS NOT NULL
GROUP BY user_pseudo_id, ga_session_id
