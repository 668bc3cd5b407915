import { caster } from "../casts/caster";
import type { Plain } from "../functions/javascript/values";
import { isTypeOnlyCoercion } from "../types/coercion";
import { duckdbTypeText } from "../types/duckdb";
import { TrinoError } from "../types/errors";
import { formatType } from "../types/format";
import { isIntegral, isNumeric, isText, sameType, type Type } from "../types/types";
import type { Emission } from "./context";

/**
 * A value cast from a type to another. With `safe` a value that can't be cast is NULL.
 */
export function emitCast(sql: string, from: Type, to: Type, safe: boolean, emission: Emission): string {
  if (sameType(from, to) || isTypeOnlyCoercion(from, to)) return sql;
  if (from.kind === "unknown") return `CAST(NULL AS ${duckdbTypeText(to)})`;
  return native(sql, from, to, safe, emission) ?? javascript(sql, from, to, safe, emission);
}

/** The casts that DuckDB does as Trino. */
function native(sql: string, from: Type, to: Type, safe: boolean, emission: Emission): string | undefined {
  const target = duckdbTypeText(to);
  const cast = (value: string) => `${safe ? "TRY_CAST" : "CAST"}(${value} AS ${target})`;
  if (isNumeric(from) && isNumeric(to)) {
    if (to.kind === "decimal" && (from.kind === "real" || from.kind === "double")) return undefined;
    if (to.kind === "decimal" && !widens(from, to)) return undefined;
    if (isIntegral(to) && (from.kind === "real" || from.kind === "double")) return undefined;
    if (isIntegral(to) && from.kind === "decimal" && from.precision > 18) return undefined;
    if (to.kind === "real" && from.kind === "decimal") return undefined;
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
  if (from.kind === "date" && to.kind === "varchar" && to.length === undefined) return cast(sql);
  if (
    from.kind === "timestamp" &&
    to.kind === "timestamp with time zone" &&
    from.precision <= to.precision &&
    emission.session.zone === "UTC"
  )
    return `CASE WHEN ${sql} IS NOT NULL THEN {'instant': ${sql}, 'zone': 'UTC'} END`;
  return undefined;
}

/** Whether every value of a number's type is one of a decimal's. */
function widens(from: Type, to: Extract<Type, { kind: "decimal" }>): boolean {
  const digits = { tinyint: 3, smallint: 5, integer: 10, bigint: 19 } as Partial<
    Record<Type["kind"], number>
  >;
  const [precision, scale] =
    from.kind === "decimal" ? [from.precision, from.scale] : [digits[from.kind] ?? 38, 0];
  return precision - scale <= to.precision - to.scale && scale <= to.scale;
}

function javascript(sql: string, from: Type, to: Type, safe: boolean, emission: Emission): string {
  const convert = caster(from, to, emission.session.zone);
  const name = emission.javascript({
    name: `${safe ? "try_cast" : "cast"} ${formatType(from)} to ${formatType(to)}`,
    parameters: [from],
    returns: to,
    call: (safe ? lenient(convert) : convert) as never,
  });
  return `${name}(${sql})`;
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
