import { callJavaScript } from "../../functions/registry";
import type { ComparisonOperator } from "../../parse/ast";
import { fieldOf } from "../../types/duckdb";
import { compareNested, equalNested } from "../../types/nested";
import { boolean, type Type, type TypeOf } from "../../types/types";
import { keyOf } from "../canonical";
import type { Emission } from "../context";

/** Types for which DuckDB's equality is the same as Trino's. */
export const plainlyEqual: ReadonlySet<Type["kind"]> = new Set<Type["kind"]>([
  "boolean",
  "tinyint",
  "smallint",
  "integer",
  "bigint",
  "decimal",
  "varchar",
  "char",
  "varbinary",
  "date",
  "time",
  "timestamp",
  "uuid",
  "ipaddress",
  "json",
  "interval day to second",
  "interval year to month",
]);

/** Writes a comparison of two values of one type, with Trino's rules for NaN, time zones and NULL inside of values. */
export function emitComparison(
  operator: ComparisonOperator | "IS DISTINCT FROM",
  left: string,
  right: string,
  type: Type,
  emission: Emission,
): string {
  if (operator === "IS DISTINCT FROM") return distinct(left, right, type, emission);
  switch (type.kind) {
    case "real":
    case "double":
      return floating(operator, left, right);
    case "timestamp with time zone":
    case "time with time zone":
      return `((${left}).instant ${operator} (${right}).instant)`;
    case "row":
      if (operator === "=" || operator === "<>") return rows(operator, left, right, type, emission);
      return nested(operator, left, right, type, emission);
    case "array":
    case "map":
      return nested(operator, left, right, type, emission);
    default:
      return `(${left} ${operator} ${right})`;
  }
}

/** Whether SQL is a constant number, and therefore not NaN. */
export const isNumberSql = (sql: string): boolean => /^CAST\('-?[\d.e+-]+' AS (?:DOUBLE|FLOAT)\)$/.test(sql);

/**
 * Writes a comparison of floating-point numbers. In DuckDB, NaN is equal to itself and greater than all other numbers.
 * In Trino, all comparisons with NaN are false, except `<>`.
 */
function floating(operator: ComparisonOperator, left: string, right: string): string {
  const plain = `${left} ${operator} ${right}`;
  // A comparison of NaN with NULL is NULL.
  const noNan = (value: string, other: string) =>
    isNumberSql(other) ? `NOT isnan(${value})` : `(NOT isnan(${value}) OR ${other} IS NULL)`;
  const all = (...conditions: readonly string[]) => `(${[plain, ...conditions].join(" AND ")})`;
  const ofLeft = isNumberSql(left) ? [] : [noNan(left, right)];
  const ofRight = isNumberSql(right) ? [] : [noNan(right, left)];
  switch (operator) {
    case "=":
      return isNumberSql(left) || isNumberSql(right) ? all() : all(...ofLeft);
    case "<>":
      return isNumberSql(left) || isNumberSql(right)
        ? all()
        : `(${plain} OR (isnan(${left}) AND ${right} IS NOT NULL))`;
    case "<":
    case "<=":
      return all(...ofRight);
    case ">":
    case ">=":
      return all(...ofLeft);
  }
}

function distinct(left: string, right: string, type: Type, emission: Emission): string {
  switch (type.kind) {
    case "map": {
      const fn = {
        name: "distinct",
        parameters: [type, type],
        returns: boolean,
        call: ((a: unknown, b: unknown) => !equalNested(a, b, type, true)) as never,
        takesNulls: true,
      };
      return callJavaScript(emission, fn, [left, right]);
    }
    default:
      return `(${keyOf(left, type, emission)} IS DISTINCT FROM ${keyOf(right, type, emission)})`;
  }
}

/** Rows are equal when their fields are equal. */
function rows(
  operator: "=" | "<>",
  left: string,
  right: string,
  type: TypeOf<"row">,
  emission: Emission,
): string {
  const fields = type.fields.map((field, index) =>
    emitComparison("=", `(${left}).${fieldOf(index)}`, `(${right}).${fieldOf(index)}`, field.type, emission),
  );
  const equal = `CASE WHEN ${left} IS NULL OR ${right} IS NULL THEN NULL ELSE (${fields.join(" AND ")}) END`;
  return operator === "=" ? `(${equal})` : `(NOT (${equal}))`;
}

function nested(
  operator: ComparisonOperator,
  left: string,
  right: string,
  type: Type,
  emission: Emission,
): string {
  const fn = {
    name: `compare${operator}`,
    parameters: [type, type],
    returns: boolean,
    call: comparison(operator, type) as never,
  };
  return callJavaScript(emission, fn, [left, right]);
}

function comparison(operator: ComparisonOperator, type: Type): (a: unknown, b: unknown) => boolean | null {
  switch (operator) {
    case "=":
      return (a, b) => equalNested(a, b, type, false);
    case "<>":
      return (a, b) => {
        const equal = equalNested(a, b, type, false);
        return equal === null ? null : !equal;
      };
    case "<":
      return (a, b) => compareNested(a, b, type) < 0;
    case "<=":
      return (a, b) => compareNested(a, b, type) <= 0;
    case ">":
      return (a, b) => compareNested(a, b, type) > 0;
    case ">=":
      return (a, b) => compareNested(a, b, type) >= 0;
  }
}
