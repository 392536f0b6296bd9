-- The vocabulary of the models, for BigQuery; see duckdb.sql for what each promises. A function here calls no other one of them.
-- json_text is not among them: BigQuery wants the path of JSON_VALUE as a literal, so the name is replaced in the statement instead.

-- Exact number with nine decimals from its decimal text, rounded half away from zero; NULL where the text is no number.
CREATE OR REPLACE FUNCTION laurel.numeric_of(decimal_text STRING) RETURNS NUMERIC AS (
  SAFE_CAST(decimal_text AS NUMERIC(38, 9))
);

-- Whole number from its text; NULL where the text is none.
CREATE OR REPLACE FUNCTION laurel.int_of(whole_text STRING) RETURNS INT64 AS (SAFE_CAST(whole_text AS INT64));

-- Moment from RFC 3339 text in UTC; NULL where the text is none.
CREATE OR REPLACE FUNCTION laurel.timestamp_of(rfc3339 STRING) RETURNS TIMESTAMP AS (SAFE_CAST(rfc3339 AS TIMESTAMP));

-- The nearest double.
CREATE OR REPLACE FUNCTION laurel.float_of(x FLOAT64) RETURNS FLOAT64 AS (CAST(x AS FLOAT64));

-- Price × quantity, both exact, rounded to nine decimals half away from zero.
CREATE OR REPLACE FUNCTION laurel.money_times(price NUMERIC, quantity NUMERIC) RETURNS NUMERIC AS (
  CAST(price * quantity AS NUMERIC(38, 9))
);

-- a ÷ b in double precision; NULL where b is 0.
CREATE OR REPLACE FUNCTION laurel.safe_ratio(a FLOAT64, b FLOAT64) RETURNS FLOAT64 AS (
  SAFE_DIVIDE(CAST(a AS FLOAT64), CAST(b AS FLOAT64))
);

-- Moment from microseconds since 1970 UTC, whole milliseconds (the rest is cut off).
CREATE OR REPLACE FUNCTION laurel.micros_to_timestamp(micros INT64) RETURNS TIMESTAMP AS (
  TIMESTAMP_TRUNC(TIMESTAMP_MICROS(micros), MILLISECOND)
);

-- Day of a moment in UTC.
CREATE OR REPLACE FUNCTION laurel.utc_date(moment TIMESTAMP) RETURNS DATE AS (DATE(moment));

-- The day n days after a day.
CREATE OR REPLACE FUNCTION laurel.add_days(day DATE, n INT64) RETURNS DATE AS (DATE_FROM_UNIX_DATE(UNIX_DATE(day) + n));

-- The moment n days of 24 h after a moment.
CREATE OR REPLACE FUNCTION laurel.days_after(moment TIMESTAMP, n INT64) RETURNS TIMESTAMP AS (TIMESTAMP_ADD(moment, INTERVAL n DAY));

-- Days from a to b.
CREATE OR REPLACE FUNCTION laurel.days_between(a DATE, b DATE) RETURNS INT64 AS (DATE_DIFF(b, a, DAY));

-- 1 Monday … 7 Sunday.
CREATE OR REPLACE FUNCTION laurel.iso_weekday(day DATE) RETURNS INT64 AS (MOD(EXTRACT(DAYOFWEEK FROM day) + 5, 7) + 1);

-- Text that spreads evenly and is the same everywhere: lower-case hex MD5. Not for secrets.
CREATE OR REPLACE FUNCTION laurel.stable_hash(plain_text STRING) RETURNS STRING AS (TO_HEX(MD5(plain_text)));

-- Google Analytics 4 event parameters [{key, value: {…}}]; the first of equal keys counts; NULL where absent.
CREATE OR REPLACE FUNCTION laurel.event_param_int(params JSON, wanted STRING) RETURNS INT64 AS ((
  SELECT SAFE_CAST(JSON_VALUE(param, '$.value.int_value') AS INT64)
  FROM UNNEST(JSON_QUERY_ARRAY(params, '$')) AS param WITH OFFSET AS place
  WHERE JSON_VALUE(param, '$.key') = wanted
  ORDER BY place
  LIMIT 1
));
CREATE OR REPLACE FUNCTION laurel.event_param_string(params JSON, wanted STRING) RETURNS STRING AS ((
  SELECT JSON_VALUE(param, '$.value.string_value')
  FROM UNNEST(JSON_QUERY_ARRAY(params, '$')) AS param WITH OFFSET AS place
  WHERE JSON_VALUE(param, '$.key') = wanted
  ORDER BY place
  LIMIT 1
));

-- A parameter that some tags send as a number and some as text, as text: its int_value, else its string_value.
CREATE OR REPLACE FUNCTION laurel.event_param_id(params JSON, wanted STRING) RETURNS STRING AS ((
  SELECT COALESCE(JSON_VALUE(param, '$.value.int_value'), JSON_VALUE(param, '$.value.string_value'))
  FROM UNNEST(JSON_QUERY_ARRAY(params, '$')) AS param WITH OFFSET AS place
  WHERE JSON_VALUE(param, '$.key') = wanted
  ORDER BY place
  LIMIT 1
));
