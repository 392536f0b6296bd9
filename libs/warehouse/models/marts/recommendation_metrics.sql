SELECT
  laurel.utc_date(shown_at) AS day,
  model_name,
  model_version,
  placement,
  COUNT(*) AS impressions,
  COUNT(clicked_at) AS clicks,
  COUNT(carted_at) AS carts,
  COUNT(bought_at) AS purchases,
  SUM(revenue) AS revenue,
  laurel.safe_ratio(COUNT(clicked_at), COUNT(*)) AS click_through_rate,
  laurel.safe_ratio(COUNT(bought_at), COUNT(*)) AS conversion_rate,
  laurel.safe_ratio(SUM(revenue) * 1000, COUNT(*)) AS revenue_per_thousand
FROM laurel.fct_recommendations
GROUP BY laurel.utc_date(shown_at), model_name, model_version, placement
