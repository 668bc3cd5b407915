import { caster } from "../casts/caster";
import type { Plain } from "../functions/javascript/values";
import { callJavaScript } from "../functions/registry";
import { isTypeOnlyCoercion } from "../types/coercion";
import { duckdbTypeText } from "../types/duckdb";
import { TrinoError } from "../types/errors";
import { formatType } from "../types/format";
import { localOf } from "../types/text/times";
import { isIntegral, isNumeric, isText, sameType, type Type } from "../types/types";
import type { Emission } from "./context";

/** Writes a cast. With `safe`, a value that cannot be cast becomes NULL. */
export function emitCast(sql: string, from: Type, to: Type, safe: boolean, emission: Emission): string {
  if (sameType(from, to) || isTypeOnlyCoercion(from, to)) return sql;
  if (from.kind === "unknown") return `CAST(NULL AS ${duckdbTypeText(to)})`;
  return native(sql, from, to, safe, emission) ?? javascript(sql, from, to, safe, emission);
}

/** The casts that DuckDB does in the same way as Trino. */
function native(sql: string, from: Type, to: Type, safe: boolean, emission: Emission): string | undefined {
  const target = duckdbTypeText(to);
  const cast = (value: string) => `${safe ? "TRY_CAST" : "CAST"}(${value} AS ${target})`;
  if (isNumeric(from) && isNumeric(to)) {
    if (to.kind === "decimal" && (from.kind === "real" || from.kind === "double")) return undefined;
    if (to.kind === "decimal" && !widens(from, to)) return undefined;
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

/** Whether a decimal type can hold every value of a numeric type. */
function widens(from: Type, to: Extract<Type, { kind: "decimal" }>): boolean {
  const digits = { tinyint: 3, smallint: 5, integer: 10, bigint: 19 } as Partial<
    Record<Type["kind"], number>
  >;
  const [precision, scale] =
    from.kind === "decimal" ? [from.precision, from.scale] : [digits[from.kind] ?? 38, 0];
  return precision - scale <= to.precision - to.scale && scale <= to.scale;
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
