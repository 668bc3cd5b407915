/**
 * Trino's functions that DuckDB lacks or does otherwise, in DuckDB's words. They stand before DuckDB's own in the
 * search path, so that a statement means here what it means on Athena.
 * https://docs.aws.amazon.com/athena/latest/ug/functions-env3.html
 *
 * `approx_percentile` and `approx_distinct` are exact here and approximate on Athena.
 */
const trino: readonly string[] = [
  // Units are Trino's: millisecond, second, minute, hour, day, week, month, quarter, year.
  `interval_of(unit, n) AS CASE lower(unit)
     WHEN 'millisecond' THEN to_milliseconds(n)
     WHEN 'second' THEN to_seconds(n)
     WHEN 'minute' THEN to_minutes(n)
     WHEN 'hour' THEN to_hours(n)
     WHEN 'day' THEN to_days(CAST(n AS INTEGER))
     WHEN 'week' THEN to_weeks(CAST(n AS INTEGER))
     WHEN 'month' THEN to_months(CAST(n AS INTEGER))
     WHEN 'quarter' THEN to_quarters(CAST(n AS INTEGER))
     WHEN 'year' THEN to_years(CAST(n AS INTEGER))
     ELSE error('date_add: no unit "' || unit || '"') END`,
  `date_add(unit VARCHAR, n BIGINT, value DATE) AS CAST(value + interval_of(unit, n) AS DATE),
           (unit VARCHAR, n BIGINT, value TIMESTAMP) AS value + interval_of(unit, n),
           (unit VARCHAR, n BIGINT, value TIMESTAMPTZ) AS value + interval_of(unit, n)`,
  // Whole units that have passed; DuckDB's own date_diff counts the borders crossed.
  `date_diff(unit, earlier, later) AS date_sub(unit, earlier, later)`,
  // The formats are translated in the statement itself (see dialect.ts): both must be constants.
  `date_format(value, format) AS strftime(value, format)`,
  `date_parse(text, format) AS strptime(text, format)`,
  `from_iso8601_timestamp(text) AS CAST(text AS TIMESTAMPTZ)`,
  `from_iso8601_date(text) AS CAST(text AS DATE)`,
  `to_iso8601(value DATE) AS strftime(value, '%Y-%m-%d'),
             (value TIMESTAMP) AS strftime(value, '%Y-%m-%dT%H:%M:%S.%g'),
             (value TIMESTAMPTZ) AS strftime(value, '%Y-%m-%dT%H:%M:%S.%gZ')`,
  `from_unixtime(seconds) AS to_timestamp(seconds)`,
  `to_unixtime(value) AS epoch(value)`,
  `at_timezone(value, zone) AS value`,
  `day_of_week(value) AS isodow(value)`,
  `dow(value) AS isodow(value)`,
  `day_of_month(value) AS day(value)`,
  `day_of_year(value) AS dayofyear(value)`,
  `doy(value) AS dayofyear(value)`,
  `week_of_year(value) AS week(value)`,
  `approx_distinct(x) AS count(DISTINCT x), (x, e) AS count(DISTINCT x)`,
  `approx_percentile(x, p) AS quantile_disc(x, p)`,
  `arbitrary(x) AS any_value(x)`,
  `element_at(container, key) AS container[key]`,
  `cardinality(container) AS len(container)`,
  `array_join(list, separator) AS array_to_string(list, separator)`,
  `sequence(first, last) AS generate_series(first, last), (first, last, step) AS generate_series(first, last, step)`,
  `regexp_like(text, pattern) AS regexp_matches(text, pattern)`,
  `json_parse(text) AS CAST(text AS JSON)`,
  `json_format(value) AS CAST(value AS VARCHAR)`,
  `json_extract_scalar(value, path) AS CASE WHEN json_type(json_extract(value, path)) IN ('OBJECT', 'ARRAY')
     THEN NULL ELSE json_extract_string(value, path) END`,
  `is_nan(x) AS isnan(x)`,
  `truncate(x) AS trunc(x)`,
  `rand() AS random()`,
  `codepoint(text) AS unicode(text)`,
];

/**
 * Values of a JSON text as the OpenX SerDe reads them: what can't be converted is NULL, integers are cut, times are
 * ISO 8601 with or without a zone, or numbers of seconds, from 13 digits on of milliseconds.
 * https://docs.aws.amazon.com/athena/latest/ug/openx-json-serde.html
 */
const openx: readonly string[] = [
  `openx_double(text) AS TRY_CAST(text AS DOUBLE)`,
  `openx_bigint(text) AS coalesce(
     CASE WHEN text SIMILAR TO '[-+]?[0-9]+' THEN TRY_CAST(text AS BIGINT) END,
     TRY_CAST(trunc(TRY_CAST(text AS DECIMAL(38, 10))) AS BIGINT))`,
  `openx_boolean(text) AS CASE WHEN text IS NOT NULL THEN lower(text) = 'true' END`,
  `openx_timestamp(text) AS CASE
     WHEN contains(text, ':') THEN TRY_CAST(TRY_CAST(upper(text) AS TIMESTAMPTZ) AS TIMESTAMP)
     WHEN contains(text, '.') THEN make_timestamp(CAST(trunc(TRY_CAST(text AS DECIMAL(38, 10)) * 1000) AS BIGINT) * 1000)
     WHEN length(text) >= 13 THEN make_timestamp(TRY_CAST(text AS BIGINT) * 1000)
     ELSE make_timestamp(TRY_CAST(text AS BIGINT) * 1000000) END`,
];

/** Statements that define them in DuckDB's `memory.main`. */
export const macroStatements: readonly string[] = [...trino, ...openx].map(
  (macro) => `CREATE MACRO memory.main.${macro}`,
);
