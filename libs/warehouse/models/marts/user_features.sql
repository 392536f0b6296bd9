WITH browsing AS (
  SELECT
    user_pseudo_id,
    COUNT(DISTINCT CASE WHEN event_time >= laurel.feature_window_start() THEN ga_session_id END) AS session_count,
    SUM(CASE WHEN event_time >= laurel.feature_window_start() THEN engagement_time_msec ELSE 0 END) AS engagement_time_msec
  FROM laurel.stg_events
  GROUP BY user_pseudo_id
),
buying AS (
  SELECT
    customer_id,
    COUNT(*) AS no_of_orders,
    SUM(order_value) AS revenue,
    MIN(placed_at) AS first_order_at,
    MAX(placed_at) AS last_order_at
  FROM laurel.int_orders
  WHERE is_counted AND placed_at >= laurel.feature_window_start()
  GROUP BY customer_id
),
known AS (
  SELECT customer_id FROM laurel.stg_customers
  UNION DISTINCT
  SELECT customer_id FROM laurel.int_orders
  UNION DISTINCT
  SELECT user_pseudo_id FROM browsing
)
SELECT
  known.customer_id AS user_pseudo_id,
  COALESCE(browsing.session_count, 0) AS session_count,
  CAST(COALESCE(browsing.engagement_time_msec, 0) AS INT64) AS total_time_spend_by_user_in_msec,
  COALESCE(laurel.safe_ratio(buying.revenue, buying.no_of_orders), laurel.float_of(0)) AS average_order_value,
  COALESCE(buying.no_of_orders, 0) AS no_of_orders,
  COALESCE(buying.revenue, laurel.numeric_of('0')) AS revenue,
  buying.first_order_at,
  buying.last_order_at,
  laurel.feature_window_start() AS window_start
FROM known
LEFT JOIN browsing ON browsing.user_pseudo_id = known.customer_id
LEFT JOIN buying ON buying.customer_id = known.customer_id
