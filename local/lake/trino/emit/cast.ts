import type { Expr } from "../bind/tree";
import { contains, isSubquery, isVolatile } from "../bind/tree/visit";
import { caster } from "../casts/caster";
import type { Plain } from "../functions/javascript/values";
import { callJavaScript } from "../functions/registry";
import { isTypeOnlyCoercion } from "../types/coercion";
import { duckdbTypeText } from "../types/duckdb";
import { TrinoError } from "../types/errors";
import { formatType } from "../types/format";
import { localOf } from "../types/text/times";
import { isIntegral, isNumeric, isText, sameType, type Type, type TypeOf } from "../types/types";
import { type Emission, emitExpr } from "./context";
import { fits } from "./numbers/digits";

/** Writes a cast. With `safe`, a value that cannot be cast becomes NULL. */
export function emitCast(
  { value, from = value.type, type: to, safe }: Extract<Expr, { kind: "cast" }>,
  emission: Emission,
): string {
  const sql = emitExpr(value, emission);
  if (sameType(from, to) || isTypeOnlyCoercion(from, to)) return sql;
  if (from.kind === "unknown") return `CAST(NULL AS ${duckdbTypeText(to)})`;
  if (to.kind === "decimal" && from === value.type && (isIntegral(from) || from.kind === "decimal"))
    return toDecimal(value, sql, to, safe, emission);
  const cast = native(sql, from, to, safe, emission);
  if (cast !== undefined) return cast;
  const inAllCases = javascript(sql, from, to, safe, emission);
  const pattern = from.kind === "varchar" && isCheap(value, sql) ? usualText(to) : undefined;
  if (pattern === undefined) return inAllCases;
  const usual = `CASE WHEN regexp_full_match(${sql}, '${pattern}') THEN ${sql} END`;
  return `coalesce(TRY_CAST(${usual} AS ${duckdbTypeText(to)}), ${inAllCases})`;
}

/** The longest SQL that is written twice, so that JavaScript casts only the values that DuckDB can't. */
const longest = 500;

const isCheap = (value: Expr, sql: string): boolean =>
  sql.length <= longest && !contains(value, (node) => isSubquery(node) || isVolatile(node));

const dayPattern = "[1-9][0-9]{3}-[0-9]{2}-[0-9]{2}";

/** A pattern of the texts that DuckDB casts to a type as Trino does, if it casts them. */
const usualText = (to: Type): string | undefined =>
  to.kind === "timestamp" && to.precision < 3 ? undefined : usualTexts[to.kind];

/** Numbers have fewer digits than would overflow, and times no more digits than the type. */
const usualTexts: Partial<Record<Type["kind"], string>> = {
  tinyint: "[+-]?[0-9]{1,2}",
  smallint: "[+-]?[0-9]{1,4}",
  integer: "[+-]?[0-9]{1,9}",
  bigint: "[+-]?[0-9]{1,18}",
  double: "[+-]?[0-9]{1,15}(?:[.][0-9]{1,15})?",
  date: dayPattern,
  timestamp: `${dayPattern} (?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](?:[.][0-9]{1,3})?`,
};

/** Casts an integer or a decimal, which DuckDB rounds as Trino does. Values that don't fit are an error of Trino's. */
function toDecimal(
  value: Expr,
  sql: string,
  to: TypeOf<"decimal">,
  safe: boolean,
  emission: Emission,
): string {
  const target = duckdbTypeText(to);
  if (safe) return `TRY_CAST(${sql} AS ${target})`;
  if (fits(value, to, emission)) return `CAST(${sql} AS ${target})`;
  const checked = javascript(sql, value.type, to, safe, emission);
  return isCheap(value, sql) ? `coalesce(TRY_CAST(${sql} AS ${target}), ${checked})` : checked;
}

/** The casts that DuckDB does in the same way as Trino. */
function native(sql: string, from: Type, to: Type, safe: boolean, emission: Emission): string | undefined {
  const target = duckdbTypeText(to);
  const cast = (value: string) => `${safe ? "TRY_CAST" : "CAST"}(${value} AS ${target})`;
  if (isNumeric(from) && isNumeric(to)) {
    if (to.kind === "decimal") return undefined;
    if (isIntegral(to) && (from.kind === "real" || from.kind === "double")) return undefined;
    if (isIntegral(to) && from.kind === "decimal" && from.precision > 18) return undefined;
    if (to.kind === "real" && from.kind === "decimal") return undefined;
    // A double that is out of the range of real becomes infinity.
    if (to.kind === "real" && from.kind === "double")
      return `CASE WHEN abs(${sql}) > CAST('3.4028235677973366e38' AS DOUBLE) THEN CAST(sign(${sql}) * CAST('Infinity' AS DOUBLE) AS FLOAT) ELSE CAST(${sql} AS FLOAT) END`;
    return cast(sql);
  }
  if (from.kind === "boolean" && isNumeric(to) && to.kind !== "decimal") return cast(sql);
  if (to.kind === "varchar" && to.length === undefined && (isIntegral(from) || from.kind === "boolean"))
    return cast(sql);
  if (isText(from) && to.kind === "varchar")
    return to.length === undefined ? sql : `left(${sql}, ${to.length})`;
  if (isText(from) && to.kind === "char") return `left(${sql} || repeat(' ', ${to.length}), ${to.length})`;
  if (from.kind === "date" && to.kind === "timestamp") return cast(sql);
  if (from.kind === "timestamp" && to.kind === "date") return cast(sql);
  // DuckDB writes years before 1 with (BC).
  if (from.kind === "date" && to.kind === "varchar" && to.length === undefined)
    return `CASE WHEN ${sql} < CAST('0001-01-01' AS DATE) THEN ${javascript(sql, from, to, safe, emission)} ELSE ${cast(sql)} END`;
  if (
    from.kind === "timestamp" &&
    to.kind === "timestamp with time zone" &&
    from.precision <= to.precision &&
    emission.session.zone === "UTC"
  )
    return `CASE WHEN ${sql} IS NOT NULL THEN {'instant': ${sql}, 'zone': 'UTC'} END`;
  return undefined;
}

function javascript(sql: string, from: Type, to: Type, safe: boolean, emission: Emission): string {
  const convert = caster(from, to, emission.session);
  const fn = {
    name: `${safe ? "try_cast" : "cast"} ${formatType(from)} to ${formatType(to)}${today(from, to, emission)}`,
    parameters: [from],
    returns: to,
    call: (safe ? lenient(convert) : convert) as never,
  };
  return callJavaScript(emission, fn, [sql]);
}

/** A time is cast to a timestamp on the statement's day, so the function's name contains that day. */
function today(from: Type, to: Type, { session }: Emission): string {
  if (!JSON.stringify(from).includes('"time') || !JSON.stringify(to).includes('"timestamp')) return "";
  return ` on ${localOf(session.startMicros, session.zone) / 86_400_000_000n}`;
}

const lenient =
  (convert: (value: Plain) => Plain) =>
  (value: Plain): Plain => {
    try {
      return convert(value);
    } catch (error) {
      if (error instanceof TrinoError) return null;
      throw error;
    }
  };
