WITH latest AS (
  SELECT _key, _op, name, category, price, rating, stock, active, imageUrl
  FROM laurel.products_changelog
  WHERE TRUE
  QUALIFY ROW_NUMBER() OVER (PARTITION BY _key ORDER BY _seq DESC, _kafka_offset DESC) = 1
)
SELECT
  _key AS product_id,
  name AS product_name,
  category,
  price,
  rating,
  stock,
  COALESCE(active, TRUE) AND (stock IS NULL OR stock > 0) AS is_available,
  imageUrl AS image_url
FROM latest
WHERE _op <> 'd'
