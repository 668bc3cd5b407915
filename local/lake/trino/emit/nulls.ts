import type { Argument, BoundCall, Expr } from "../bind/tree";
import { childrenOf, contains, isSubquery, isVolatile } from "../bind/tree/visit";
import { isIntegral, isNumeric, isText } from "../types/types";
import { type Emission, emitExpr, emittedColumn } from "./context";
import { constantOf } from "./fold";
import { fits } from "./numbers/digits";

/**
 * Operands in SQL that are not evaluated where an earlier one is NULL: Trino stops at the first NULL, so an operand
 * after it cannot fail. It computes constants before the rows, and so evaluates nothing beside a constant that is NULL.
 * DuckDB evaluates all operands. An overflow of integers fails all the same.
 *
 * @param sqls The SQL of the operands.
 * @param stops Whether the operand at an index makes the result NULL.
 */
export function stopAtNull(
  operands: readonly Expr[],
  sqls: readonly string[],
  emission: Emission,
  stops: (index: number) => boolean = () => true,
): string[] {
  return sqls.map((sql, index) => {
    const operand = operands[index];
    if (!operand || !mayFail(operand, emission)) return sql;
    const nulls = operands.flatMap((other, at) =>
      stops(at) && (at < index || (at > index && isFixed(other, emission)))
        ? [...nullConditions(other, emission)]
        : [],
    );
    if (nulls.length === 0) return sql;
    return `CASE WHEN ${[...new Set(nulls)].join(" OR ")} THEN NULL ELSE ${sql} END`;
  });
}

/** Whether an expression is NULL because of a constant, and so is not evaluated. */
export function isNullConstant(expr: Expr, emission: Emission): boolean {
  let known = emission.nullConstants.get(expr);
  if (known === undefined) {
    known = isNull(expr, emission);
    emission.nullConstants.set(expr, known);
  }
  return known;
}

function isNull(expr: Expr, emission: Emission): boolean {
  switch (expr.kind) {
    case "constant":
      return expr.value === null;
    case "cast":
    case "negate":
    case "not":
    case "try":
      return isNullConstant(expr.value, emission);
    case "arithmetic":
      return isNullConstant(expr.left, emission) || isNullConstant(expr.right, emission);
    case "call":
      return expr.arguments.some(
        (argument, index) =>
          argument.kind !== "lambda" && !isCalledWithNull(expr, index) && isNullConstant(argument, emission),
      );
    default:
      return false;
  }
}

/** Whether an operand has one value in all rows, which Trino knows before them. */
const isFixed = (operand: Expr, emission: Emission): boolean =>
  isNullConstant(operand, emission) ||
  (!mayFail(operand, emission) &&
    !contains(operand, (node) => isVolatile(node) || isSubquery(node) || ofRows.has(node.kind)));

/** Kinds of expressions whose values differ from row to row. */
const ofRows: ReadonlySet<Expr["kind"] | "lambda"> = new Set([
  "aggregate",
  "column",
  "grouping",
  "lambda",
  "variable",
  "window",
]);

/** The longest SQL that is written twice to know whether it is NULL. */
const longest = 2_000;

/** Conditions in SQL, one of which is true where an expression is NULL. Without any, it is taken for not NULL. */
const nullConditions = (expr: Expr, emission: Emission): ReadonlySet<string> =>
  nullsOf(expr, emission, "short nulls", (part) => {
    if (contains(part, isSubquery)) return undefined;
    const sql = emitExpr(part, emission);
    return sql.length > longest ? undefined : sql;
  });

/** Conditions in SQL, one of which is true exactly where an expression is NULL. */
export const nullTests = (expr: Expr, emission: Emission): ReadonlySet<string> =>
  nullsOf(expr, emission, "nulls", (part) => emitExpr(part, emission));

function nullsOf(
  expr: Expr,
  emission: Emission,
  name: "nulls" | "short nulls",
  textOf: (part: Expr) => string | undefined,
): ReadonlySet<string> {
  const conditionsOf = (...operands: readonly Expr[]) =>
    new Set(operands.flatMap((operand) => [...nullsOf(operand, emission, name, textOf)]));
  return emission.once(name, expr, () => {
    const computed = emission.computedAs(expr);
    if (computed !== undefined) return new Set([`${computed} IS NULL`]);
    if (isNullConstant(expr, emission)) return new Set(["true"]);
    switch (expr.kind) {
      case "constant":
        return new Set();
      case "column":
        return new Set([`${emittedColumn(expr.id)} IS NULL`]);
      case "arithmetic":
      case "comparison":
        if (expr.kind === "comparison" && expr.operator === "IS DISTINCT FROM") return new Set();
        return conditionsOf(expr.left, expr.right);
      case "negate":
      case "not":
        return conditionsOf(expr.value);
      case "cast":
        if (constantOf(expr, emission)) return new Set();
        if (!expr.safe && isNumeric(expr.value.type) && isNumeric(expr.type)) return conditionsOf(expr.value);
        break;
      case "isNull":
      case "row":
      case "array":
      case "exists":
        return new Set();
    }
    if (contains(expr, isVolatile)) return new Set();
    const sql = textOf(expr);
    return new Set(sql === undefined ? [] : [`(${sql}) IS NULL`]);
  });
}

/** Whether the evaluation of an expression can fail. */
export function mayFail(expr: Argument, emission: Emission): boolean {
  if (contains(expr, isSubquery)) return false;
  return canFail(expr, emission);
}

function canFail(node: Argument, emission: Emission): boolean {
  if (node.kind !== "lambda" && (constantOf(node, emission) || isNullConstant(node, emission))) return false;
  return fails(node, emission) || childrenOf(node).some((child) => canFail(child, emission));
}

/** Whether an expression can fail, if its operands don't. */
function fails(node: Argument, emission: Emission): boolean {
  switch (node.kind) {
    case "arithmetic":
      if (node.type.kind === "interval year to month") return true;
      return (node.operator === "/" || node.operator === "%") && !isDivisor(node.right, emission);
    case "cast":
      return !node.safe && isNarrowing(node, emission);
    case "call":
      return !total.has(node.call.name);
    case "subscript":
    case "atTimeZone":
      return true;
    default:
      return false;
  }
}

/** Whether a division by the expression cannot fail: it is a constant other than 0, or not exact. */
export function isDivisor(expr: Expr, emission: Emission): boolean {
  if (expr.type.kind === "double" || expr.type.kind === "real") return true;
  const value = constantOf(expr, emission)?.value ?? null;
  return value !== null && Number(value) !== 0;
}

function isNarrowing({ value, type }: Extract<Expr, { kind: "cast" }>, emission: Emission): boolean {
  if (value.kind === "constant" && value.value === null) return false;
  if (isText(value.type)) return !isText(type) && type.kind !== "json";
  if (value.type.kind === "json") return true;
  if (value.type.kind === "varbinary") return type.kind === "uuid" || type.kind === "ipaddress";
  if (type.kind === "decimal") return !isIntegral(value.type) && !fits(value, type, emission);
  return isIntegral(type) && !isIntegral(value.type) && value.type.kind !== "boolean";
}

/** Functions that take every value. */
const total: ReadonlySet<string> = new Set(
  `abs cardinality ceil ceiling coalesce concat cos day day_of_week day_of_year dow doy exp floor from_unixtime greatest
  hour is_finite is_infinite is_nan json_array_length json_extract_scalar last_day_of_month least length ln log10 log2
  lower ltrim md5 minute month power quarter replace reverse round rtrim second sha256 sign sin sqrt starts_with strpos
  substr substring tan to_unixtime to_utf8 trim truncate typeof upper week year`.split(/\s+/),
);

/** Functions that are called with NULL as well: whether the argument at an index may be NULL. */
const takesNull: Readonly<Record<string, (index: number) => boolean>> = {
  concat_ws: () => true,
  format: () => true,
  greatest: () => true,
  least: () => true,
  reduce: (index) => index === 1,
  repeat: (index) => index === 0,
  typeof: () => true,
};

/** Whether a scalar function is called when the argument at an index is NULL. */
export const isCalledWithNull = ({ call }: BoundCall, index: number): boolean =>
  call.takesNulls === true || takesNull[call.name]?.(index) === true;
