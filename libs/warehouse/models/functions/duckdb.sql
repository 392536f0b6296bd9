-- The vocabulary of the models, for DuckDB. Another warehouse offers the same names with the same meaning.

-- Text of a scalar inside JSON, by path; numbers as they are written; NULL where absent or null.
CREATE OR REPLACE MACRO laurel.json_text(document, path) AS document ->> path;

-- Exact number with nine decimals from its decimal text, rounded half away from zero; NULL where the text is no number.
-- (Most fit 18 digits, and those are read forty times as fast. DuckDB rounds 5e-11 and smaller by the first digit, so they are 0 here.)
CREATE OR REPLACE MACRO laurel.numeric_of(decimal_text) AS
  CASE
    WHEN contains(decimal_text, 'e-') AND TRY_CAST(split_part(decimal_text, 'e-', 2) AS INTEGER) > 10 THEN CAST(0 AS DECIMAL(38, 9))
    ELSE COALESCE(CAST(TRY_CAST(decimal_text AS DECIMAL(18, 9)) AS DECIMAL(38, 9)), TRY_CAST(decimal_text AS DECIMAL(38, 9)))
  END;

-- Whole number from its text; NULL where the text is none.
CREATE OR REPLACE MACRO laurel.int_of(whole_text) AS TRY_CAST(whole_text AS BIGINT);

-- Moment from RFC 3339 text in UTC; NULL where the text is none.
CREATE OR REPLACE MACRO laurel.timestamp_of(rfc3339) AS TRY_CAST(rfc3339 AS TIMESTAMP);

-- The nearest double.
CREATE OR REPLACE MACRO laurel.float_of(x) AS CAST(x AS DOUBLE);

-- Price × quantity, both exact, rounded to nine decimals half away from zero.
CREATE OR REPLACE MACRO laurel.money_times(price, quantity) AS CAST(price * quantity AS DECIMAL(38, 9));

-- a ÷ b in double precision; NULL where b is 0.
CREATE OR REPLACE MACRO laurel.safe_ratio(a, b) AS CASE WHEN b = 0 THEN NULL ELSE CAST(a AS DOUBLE) / CAST(b AS DOUBLE) END;

-- Moment from microseconds since 1970 UTC, whole milliseconds (the rest is cut off).
CREATE OR REPLACE MACRO laurel.micros_to_timestamp(micros) AS
  make_timestamp(micros - ((micros % 1000) + 1000) % 1000);

-- Day of a moment in UTC.
CREATE OR REPLACE MACRO laurel.utc_date(moment) AS CAST(moment AS DATE);

-- The day n days after a day.
CREATE OR REPLACE MACRO laurel.add_days(day, n) AS CAST(day + CAST(n AS INTEGER) AS DATE);

-- The moment n days of 24 h after a moment.
CREATE OR REPLACE MACRO laurel.days_after(moment, n) AS moment + to_days(CAST(n AS INTEGER));

-- Days from a to b.
CREATE OR REPLACE MACRO laurel.days_between(a, b) AS date_diff('day', a, b);

-- 1 Monday … 7 Sunday.
CREATE OR REPLACE MACRO laurel.iso_weekday(day) AS isodow(day);

-- Text that spreads evenly and is the same everywhere: lower-case hex MD5. Not for secrets.
CREATE OR REPLACE MACRO laurel.stable_hash(plain_text) AS md5(plain_text);

-- Google Analytics 4 event parameters [{key, value: {…}}]; the first of equal keys counts; NULL where absent.
CREATE OR REPLACE MACRO laurel.event_param(params, key) AS
  params -> ('$[' || (list_position(params ->> '$[*].key', key) - 1) || '].value');
CREATE OR REPLACE MACRO laurel.event_param_int(params, key) AS
  TRY_CAST(laurel.event_param(params, key) ->> '$.int_value' AS BIGINT);
CREATE OR REPLACE MACRO laurel.event_param_string(params, key) AS
  laurel.event_param(params, key) ->> '$.string_value';

-- A parameter that some tags send as a number and some as text, as text: its int_value, else its string_value.
CREATE OR REPLACE MACRO laurel.event_param_id(params, key) AS
  COALESCE(laurel.event_param(params, key) ->> '$.int_value', laurel.event_param(params, key) ->> '$.string_value');
