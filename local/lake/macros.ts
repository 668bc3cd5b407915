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
export const macroStatements: readonly string[] = openx.map((macro) => `CREATE MACRO memory.main.${macro}`);
