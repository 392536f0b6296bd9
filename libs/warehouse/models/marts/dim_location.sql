SELECT
  country || '/' || COALESCE(postal_code, '') AS location_id,
  country,
  postal_code,
  COUNT(*) AS customer_count
FROM laurel.stg_customers
WHERE country IS NOT NULL
GROUP BY country, postal_code
