WITH told AS (
  SELECT
    _key, _op, event_name, event_timestamp, user_pseudo_id, request_id, model_name, model_version, test_group, item_id, item_list_name, index,
    transaction_id, _loaded_at
  FROM laurel.feedback_changelog
  WHERE TRUE
  QUALIFY ROW_NUMBER() OVER (PARTITION BY _key ORDER BY _seq, _kafka_offset) = 1
)
SELECT
  _key AS feedback_id,
  event_name,
  laurel.micros_to_timestamp(event_timestamp) AS event_time,
  user_pseudo_id,
  request_id,
  model_name,
  model_version,
  test_group,
  item_id,
  item_list_name,
  index AS item_position,
  transaction_id,
  _loaded_at AS loaded_at
FROM told
WHERE _op <> 'd'
