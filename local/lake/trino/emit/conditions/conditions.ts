import type { Expr } from "../../bind/tree";
import { contains, queryOf } from "../../bind/tree/visit";
import type { ComparisonOperator } from "../../parse/ast";
import { type Emission, emitExpr } from "../context";
import { emitScalar } from "../subqueries";
import { isNumber } from "./comparisons";

/**
 * A condition of which only matters whether it holds, such as WHERE: false and NULL are one. So fewer questions have to be
 * asked about NaN than in `emitExpr`, none of them needs a subquery twice, and each is about one side of a join.
 */
export function emitCondition(expr: Expr, emission: Emission): string {
  if (emission.computedAs(expr) !== undefined) return emitExpr(expr, emission);
  switch (expr.kind) {
    case "logical":
      return `(${expr.terms.map((term) => emitCondition(term, emission)).join(` ${expr.operator} `)})`;
    case "comparison":
      return isFloating(expr.left) && expr.operator !== "IS DISTINCT FROM" && expr.operator !== "<>"
        ? compared(expr.operator, expr.left, expr.right, emission)
        : emitExpr(expr, emission);
    case "between":
      return isFloating(expr.value)
        ? `(${compared(">=", expr.value, expr.min, emission)} AND ${compared("<=", expr.value, expr.max, emission)})`
        : emitExpr(expr, emission);
    default:
      return emitExpr(expr, emission);
  }
}

const isFloating = ({ type }: Expr): boolean => type.kind === "real" || type.kind === "double";

/** NaN is the greatest number to DuckDB, and equal to itself: the side that would make a comparison hold must be none. */
function compared(
  operator: Exclude<ComparisonOperator, "<>">,
  left: Expr,
  right: Expr,
  emission: Emission,
): string {
  const isRight = operator === "=" ? hasSubquery(left) : operator.startsWith("<");
  const guarded = isRight ? right : left;
  // A subquery gives NULL for NaN, rather than being asked twice.
  const isSubquery = guarded.kind === "scalarSubquery" && emission.computedAs(guarded) === undefined;
  const [a, b] = [left, right].map((side) =>
    isSubquery && side === guarded
      ? emitScalar(guarded.query, side.type, emission, (v) => `CASE WHEN NOT isnan(${v}) THEN ${v} END`)
      : emitExpr(side, emission),
  ) as [string, string];
  const guard = isRight ? b : a;
  const isPlain = isSubquery || isNumber(guard) || (operator === "=" && (isNumber(a) || isNumber(b)));
  return `(${a} ${operator} ${b}${isPlain ? "" : ` AND NOT isnan(${guard})`})`;
}

const hasSubquery = (expr: Expr): boolean => contains(expr, (node) => queryOf(node) !== undefined);
