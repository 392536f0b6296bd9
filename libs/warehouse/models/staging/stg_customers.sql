WITH latest AS (
  SELECT _key, _op, email, phone, firstName, lastName, country, postalCode, consent, createdAt
  FROM laurel.customers_changelog
  WHERE TRUE
  QUALIFY ROW_NUMBER() OVER (PARTITION BY _key ORDER BY _seq DESC, _kafka_offset DESC) = 1
)
SELECT
  _key AS customer_id,
  email,
  phone,
  firstName AS first_name,
  lastName AS last_name,
  country,
  postalCode AS postal_code,
  laurel.json_text(consent, '$.ad_user_data') AS consent_ad_user_data,
  laurel.json_text(consent, '$.ad_personalization') AS consent_ad_personalization,
  laurel.json_text(consent, '$.email_marketing') AS consent_email_marketing,
  laurel.timestamp_of(laurel.json_text(consent, '$.updatedAt')) AS consent_updated_at,
  createdAt AS created_at
FROM latest
WHERE _op <> 'd'
