import type { Argument, Expr } from "../bind/tree";
import { contains, isSubquery } from "../bind/tree/visit";
import { isIntegral, isText } from "../types/types";
import { columnName, type Emission, emitExpr } from "./context";

/**
 * Operands in SQL that are not evaluated where an earlier one is NULL: Trino stops at the first NULL, so an operand
 * after it cannot fail. DuckDB evaluates all operands. An overflow of integers fails all the same.
 *
 * @param sqls The SQL of the operands.
 */
export function stopAtNull(operands: readonly Expr[], sqls: readonly string[], emission: Emission): string[] {
  return sqls.map((sql, index) => {
    const operand = operands[index];
    if (index === 0 || !operand || !mayFail(operand)) return sql;
    const nulls = operands
      .slice(0, index)
      .flatMap((earlier, at) => nullConditions(earlier, emission, sqls[at] ?? ""));
    if (nulls.length === 0) return sql;
    return `CASE WHEN ${[...new Set(nulls)].join(" OR ")} THEN NULL ELSE ${sql} END`;
  });
}

/** The longest SQL that is written twice to know whether it is NULL. */
const longest = 2_000;

/**
 * Conditions in SQL, one of which is true where an expression is NULL. Without any, it is taken for not NULL.
 *
 * @param written The expression's SQL, if it was written before. Writing it again at each level of nested calls would
 * take twice as long for each of them.
 */
function nullConditions(expr: Expr, emission: Emission, written?: string): readonly string[] {
  const computed = emission.computedAs(expr);
  if (computed !== undefined) return [`${computed} IS NULL`];
  const of = (...operands: readonly Expr[]) =>
    operands.flatMap((operand) => nullConditions(operand, emission));
  switch (expr.kind) {
    case "constant":
      return expr.value === null ? ["true"] : [];
    case "column":
      return [`${columnName(expr.id)} IS NULL`];
    case "arithmetic":
    case "comparison":
      if (expr.kind === "comparison" && expr.operator === "IS DISTINCT FROM") return [];
      return of(expr.left, expr.right);
    case "negate":
    case "not":
      return of(expr.value);
    case "isNull":
    case "row":
    case "array":
    case "exists":
      return [];
    default: {
      if (contains(expr, (node) => isSubquery(node) || isVolatile(node))) return [];
      const sql = written ?? emitExpr(expr, emission);
      return sql.length > longest ? [] : [`(${sql}) IS NULL`];
    }
  }
}

const isVolatile = (node: Argument): boolean => node.kind === "call" && !node.call.deterministic;

/** Whether the evaluation of an expression can fail. */
function mayFail(expr: Argument): boolean {
  if (contains(expr, isSubquery)) return false;
  return contains(expr, (node) => {
    switch (node.kind) {
      case "arithmetic":
        return (node.operator === "/" || node.operator === "%") && !isDivisor(node.right);
      case "cast":
        return !node.safe && isNarrowing(node);
      case "call":
        return !total.has(node.call.name);
      case "subscript":
      case "atTimeZone":
        return true;
      default:
        return false;
    }
  });
}

const isDivisor = (expr: Expr): boolean =>
  expr.type.kind === "double" ||
  expr.type.kind === "real" ||
  (expr.kind === "constant" && expr.value !== null && Number(expr.value) !== 0);

function isNarrowing({ value, type }: Extract<Expr, { kind: "cast" }>): boolean {
  if (value.kind === "constant" && value.value === null) return false;
  if (isText(value.type)) return !isText(type) && type.kind !== "json";
  if (value.type.kind === "json") return true;
  if (type.kind === "decimal") return !isIntegral(value.type);
  return isIntegral(type) && !isIntegral(value.type) && value.type.kind !== "boolean";
}

/** Functions that take every value. */
const total: ReadonlySet<string> = new Set(
  `abs cardinality ceil ceiling coalesce concat cos day day_of_week day_of_year dow doy exp floor from_unixtime greatest
  hour is_finite is_infinite is_nan json_array_length json_extract_scalar last_day_of_month least length ln log10 log2
  lower ltrim md5 minute month power quarter replace reverse round rtrim second sha256 sign sin sqrt starts_with strpos
  substr substring tan to_unixtime to_utf8 trim truncate typeof upper week year`.split(/\s+/),
);

/** Functions that are called with NULL as well, so all their arguments are evaluated. */
export const evaluatesAll: ReadonlySet<string> = new Set([
  "concat_ws",
  "format",
  "greatest",
  "least",
  "repeat",
]);
