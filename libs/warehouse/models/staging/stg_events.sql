WITH latest AS (
  SELECT _key, _op, _loaded_at, event_name, event_timestamp, user_pseudo_id, event_params, items, ecommerce
  FROM laurel.events_changelog
  WHERE TRUE
  QUALIFY ROW_NUMBER() OVER (PARTITION BY _key ORDER BY _seq DESC, _kafka_offset DESC) = 1
)
SELECT
  _key AS event_id,
  event_name,
  event_timestamp,
  laurel.micros_to_timestamp(event_timestamp) AS event_time,
  user_pseudo_id,
  laurel.event_param_id(event_params, 'ga_session_id') AS ga_session_id,
  COALESCE(laurel.event_param_int(event_params, 'engagement_time_msec'), 0) AS engagement_time_msec,
  laurel.event_param_string(event_params, 'currency') AS currency,
  NULLIF(laurel.json_text(ecommerce, '$.transaction_id'), '') AS transaction_id,
  laurel.numeric_of(laurel.json_text(ecommerce, '$.purchase_revenue')) AS purchase_revenue,
  items,
  _loaded_at AS loaded_at
FROM latest
WHERE _op <> 'd'
