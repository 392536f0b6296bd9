WITH shown AS (
  SELECT
    request_id,
    item_id AS product_id,
    MAX(user_pseudo_id) AS customer_id,
    MAX(model_name) AS model_name,
    MAX(model_version) AS model_version,
    MAX(test_group) AS test_group,
    MIN(CASE WHEN event_name = 'view_item_list' THEN item_list_name END) AS placement,
    MIN(CASE WHEN event_name = 'view_item_list' THEN item_position END) AS item_position,
    MIN(CASE WHEN event_name = 'view_item_list' THEN event_time END) AS shown_at,
    MIN(CASE WHEN event_name = 'select_item' THEN event_time END) AS clicked_at,
    MIN(CASE WHEN event_name = 'add_to_cart' THEN event_time END) AS carted_at,
    MIN(CASE WHEN event_name = 'purchase' THEN event_time END) AS told_bought_at
  FROM laurel.stg_feedback
  GROUP BY request_id, item_id
),
credited AS (
  SELECT shown.request_id, shown.product_id, lines.placed_at, lines.line_value
  FROM shown
  JOIN laurel.fct_order_lines AS lines
    ON lines.customer_id = shown.customer_id
    AND lines.product_id = shown.product_id
    AND lines.placed_at >= shown.shown_at
    AND lines.placed_at < laurel.days_after(shown.shown_at, 7)
  WHERE TRUE
  QUALIFY ROW_NUMBER() OVER (
    PARTITION BY lines.order_id, lines.line_number
    ORDER BY CASE WHEN shown.clicked_at <= lines.placed_at THEN 0 ELSE 1 END, shown.shown_at DESC, shown.request_id
  ) = 1
),
bought AS (
  SELECT request_id, product_id, MIN(placed_at) AS bought_at, SUM(line_value) AS revenue
  FROM credited
  GROUP BY request_id, product_id
)
SELECT
  shown.request_id,
  shown.product_id,
  shown.customer_id,
  shown.model_name,
  shown.model_version,
  shown.test_group,
  shown.placement,
  shown.item_position,
  shown.shown_at,
  shown.clicked_at,
  shown.carted_at,
  COALESCE(bought.bought_at, shown.told_bought_at) AS bought_at,
  COALESCE(bought.revenue, laurel.numeric_of('0')) AS revenue,
  laurel.build_as_of() AS known_until
FROM shown
LEFT JOIN bought ON bought.request_id = shown.request_id AND bought.product_id = shown.product_id
WHERE shown.shown_at IS NOT NULL
