WITH digits AS (
  SELECT 0 AS digit UNION ALL SELECT 1 UNION ALL SELECT 2 UNION ALL SELECT 3 UNION ALL SELECT 4
  UNION ALL SELECT 5 UNION ALL SELECT 6 UNION ALL SELECT 7 UNION ALL SELECT 8 UNION ALL SELECT 9
),
moments AS (
  SELECT MIN(placed_at) AS first_at, MAX(placed_at) AS last_at FROM laurel.int_orders
  UNION ALL
  SELECT MIN(started_at), MAX(ended_at) FROM laurel.int_sessions
),
bounds AS (
  SELECT laurel.utc_date(MIN(first_at)) AS first_day, laurel.utc_date(MAX(last_at)) AS last_day FROM moments
),
days AS (
  SELECT
    laurel.add_days(
      bounds.first_day,
      10000 * e.digit + 1000 * d.digit + 100 * c.digit + 10 * b.digit + a.digit
    ) AS day
  FROM bounds
  CROSS JOIN digits AS a
  CROSS JOIN digits AS b
  CROSS JOIN digits AS c
  CROSS JOIN digits AS d
  CROSS JOIN digits AS e
  WHERE 10000 * e.digit + 1000 * d.digit + 100 * c.digit + 10 * b.digit + a.digit
    <= laurel.days_between(bounds.first_day, bounds.last_day)
)
SELECT
  day,
  EXTRACT(YEAR FROM day) AS year,
  EXTRACT(QUARTER FROM day) AS quarter,
  EXTRACT(MONTH FROM day) AS month,
  EXTRACT(DAY FROM day) AS day_of_month,
  laurel.iso_weekday(day) AS weekday,
  laurel.iso_weekday(day) >= 6 AS is_weekend
FROM days
