WITH buying AS (
  SELECT
    customer_id,
    COUNT(*) AS order_count,
    SUM(order_value) AS revenue,
    MIN(placed_at) AS first_order_at,
    MAX(placed_at) AS last_order_at
  FROM laurel.fct_orders
  GROUP BY customer_id
)
SELECT
  known.user_pseudo_id AS customer_id,
  customers.customer_id IS NOT NULL AS has_document,
  customers.country,
  customers.postal_code,
  customers.consent_ad_user_data,
  customers.consent_ad_personalization,
  customers.consent_email_marketing,
  customers.created_at,
  COALESCE(buying.order_count, 0) AS order_count,
  COALESCE(buying.revenue, laurel.numeric_of('0')) AS revenue,
  buying.first_order_at,
  buying.last_order_at
FROM laurel.user_features AS known
LEFT JOIN laurel.stg_customers AS customers ON customers.customer_id = known.user_pseudo_id
LEFT JOIN buying ON buying.customer_id = known.user_pseudo_id
