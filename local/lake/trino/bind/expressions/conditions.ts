import type * as ast from "../../parse/ast";
import { errorAt, type TextPosition } from "../../types/errors";
import { formatType } from "../../types/format";
import { boolean } from "../../types/types";
import { bindExpr, type Env } from "../context";
import type { Expr } from "../tree";
import { contains, isAggregateCall, isWindow } from "../tree/visit";
import { coerce } from "./coerce";

/** Binds a condition. `what` begins the sentence `… must evaluate to a boolean`. */
export function bindBoolean(node: ast.Expression, env: Env, what: string): Expr {
  const expr = bindExpr(node, env);
  if (expr.type.kind !== "boolean" && expr.type.kind !== "unknown") {
    const actual = formatType(expr.type);
    const told = /^(?:WHERE|HAVING|JOIN)/.test(what) ? `: actual type ${actual}` : ` (actual: ${actual})`;
    throw errorAt(node, "TYPE_MISMATCH", `${what} must evaluate to a boolean${told}`);
  }
  return coerce(expr, boolean);
}

/** Refuses aggregates and window functions, because the conditions of WHERE and JOIN are evaluated for one row. */
export function checkScalar(expr: Expr, at: TextPosition, clause: string): void {
  if (contains(expr, (node) => isAggregateCall(node) || isWindow(node) || node.kind === "grouping"))
    throw errorAt(
      at,
      "EXPRESSION_NOT_SCALAR",
      `${clause} cannot contain aggregations, window functions or grouping operations: []`,
      clause.startsWith("WHERE") ? "conditions on aggregates belong into HAVING" : undefined,
    );
}
