WITH latest AS (
  SELECT _key, _op, customerId, placedAt, status, currency, items
  FROM laurel.orders_changelog
  WHERE TRUE
  QUALIFY ROW_NUMBER() OVER (PARTITION BY _key ORDER BY _seq DESC, _kafka_offset DESC) = 1
)
SELECT
  _key AS order_id,
  customerId AS customer_id,
  placedAt AS placed_at,
  status,
  currency,
  items
FROM latest
WHERE _op <> 'd'
