import type * as ast from "../../parse/ast";
import { errorAt, TrinoError } from "../../types/errors";
import { formatType } from "../../types/format";
import { bigint, integer, sameType } from "../../types/types";
import { bindExpr, type Env } from "../context";
import { constant } from "../expressions/literals";
import type { BoundLimit, Expr } from "../tree";

export function bindLimit(
  node: ast.RowLimit | ast.FetchFirst | undefined,
  env: Env,
  ordered: boolean,
): BoundLimit | undefined {
  if (!node) return undefined;
  if (node.kind === "Limit") {
    if (!node.count) return undefined;
    return { count: bindCount(node.count, env, "LIMIT"), withTies: false };
  }
  if (node.withTies && !ordered)
    throw errorAt(node, "MISSING_ORDER_BY", "FETCH FIRST WITH TIES clause requires ORDER BY");
  const count = node.count ? bindCount(node.count, env, "FETCH FIRST") : constant(bigint, 1n);
  if (count.kind === "constant" && count.value === 0n)
    throw errorAt(
      node,
      "NUMERIC_VALUE_OUT_OF_RANGE",
      "FETCH FIRST row count must be positive (actual value: 0)",
    );
  return { count, withTies: node.withTies };
}

/** Trino keeps the first rows of an order in memory, and counts them in an integer. */
export function checkSorted(count: Expr, offset: Expr | undefined): void {
  const rows = [count, offset].map((expr) => (expr?.kind === "constant" ? BigInt(String(expr.value)) : 0n));
  if (rows.reduce((sum, each) => sum + each) > 2_147_483_647n)
    throw new TrinoError("NOT_SUPPORTED", "ORDER BY LIMIT > 2147483647 is not supported");
}

export function bindCount(node: ast.RowCount, env: Env, what: string): Expr {
  const expr = bindExpr(node, env);
  if (expr.kind === "constant" && expr.value === null)
    throw errorAt(node, "INVALID_ARGUMENTS", `Parameter value provided for ${what} is NULL: null`);
  if (expr.kind !== "constant" || (!sameType(expr.type, integer) && !sameType(expr.type, bigint)))
    throw errorAt(
      node,
      "TYPE_MISMATCH",
      `Non constant parameter value for ${what}: ${formatType(expr.type)}`,
    );
  const count = BigInt(expr.value as number | bigint);
  if (count < 0n)
    throw errorAt(
      node,
      "NUMERIC_VALUE_OUT_OF_RANGE",
      `${what} row count must be greater or equal to 0 (actual value: ${count})`,
    );
  return constant(bigint, count);
}
