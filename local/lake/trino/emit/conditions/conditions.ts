import type { Expr } from "../../bind/tree";
import { contains, queryOf } from "../../bind/tree/visit";
import type { ComparisonOperator } from "../../parse/ast";
import { isFloating } from "../../types/types";
import { type Emission, emitExpr } from "../context";
import { mayFail } from "../nulls";
import { emitScalar } from "../subqueries";
import { isNumberSql } from "./comparisons";
import { betweenUncast } from "./decimals";
import { inOrder } from "./in-order";

/**
 * Writes a condition, such as WHERE, in which false and NULL mean the same. It needs fewer tests for NaN than
 * `emitExpr`, none of them repeats a subquery, and each concerns only one side of a join.
 */
export function emitCondition(expr: Expr, emission: Emission): string {
  if (emission.computedAs(expr) !== undefined) return emitExpr(expr, emission);
  switch (expr.kind) {
    case "logical":
      // Trino, too, evaluates the terms of AND in WHERE and ON in an order of its own.
      return expr.operator === "AND"
        ? `(${expr.terms.map((term) => emitCondition(term, emission)).join(" AND ")})`
        : emitTest(expr, emission);
    case "comparison":
      return isFloating(expr.left.type) && expr.operator !== "IS DISTINCT FROM" && expr.operator !== "<>"
        ? compared(expr.operator, expr.left, expr.right, emission)
        : emitExpr(expr, emission);
    case "between":
      return isFloating(expr.value.type) && !mayFail(expr.min, emission) && !mayFail(expr.max, emission)
        ? `(${compared(">=", expr.value, expr.min, emission)} AND ${compared("<=", expr.value, expr.max, emission)})`
        : (betweenUncast(expr, emission) ?? emitExpr(expr, emission));
    default:
      return emitExpr(expr, emission);
  }
}

/** Writes a condition such as that of CASE, whose terms are evaluated in their order. */
export function emitTest(expr: Expr, emission: Emission): string {
  if (expr.kind !== "logical" || emission.computedAs(expr) !== undefined)
    return emitCondition(expr, emission);
  const terms = expr.terms.map((term) => ({ sql: emitTest(term, emission), fails: mayFail(term, emission) }));
  return `(${inOrder(expr.operator, terms)})`;
}

/**
 * In DuckDB, NaN is equal to itself and the greatest number. The side whose NaN would make the comparison true is
 * therefore tested.
 */
function compared(
  operator: Exclude<ComparisonOperator, "<>">,
  left: Expr,
  right: Expr,
  emission: Emission,
): string {
  const guardsRight = operator === "=" ? hasSubquery(left) : operator.startsWith("<");
  const guarded = guardsRight ? right : left;
  // A subquery returns NULL for NaN, so that it does not have to be repeated.
  const isSubquery = guarded.kind === "scalarSubquery" && emission.computedAs(guarded) === undefined;
  const [a, b] = [left, right].map((side) =>
    isSubquery && side === guarded
      ? emitScalar(guarded.query, side.type, emission, (v) => `CASE WHEN NOT isnan(${v}) THEN ${v} END`)
      : emitExpr(side, emission),
  ) as [string, string];
  const guard = guardsRight ? b : a;
  const isPlain =
    isSubquery || isNumberSql(guard) || (operator === "=" && (isNumberSql(a) || isNumberSql(b)));
  return `(${a} ${operator} ${b}${isPlain ? "" : ` AND NOT isnan(${guard})`})`;
}

const hasSubquery = (expr: Expr): boolean => contains(expr, (node) => queryOf(node) !== undefined);
