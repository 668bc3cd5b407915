import type * as ast from "../../parse/ast";
import { isOrderable } from "../../types/comparable";
import { errorAt, type TextPosition } from "../../types/errors";
import { formatType } from "../../types/format";
import type { Type } from "../../types/types";
import { bindExpr, type Env } from "../context";
import { expressionText } from "../text";
import type { Expr, SortKey } from "../tree";

const unordered = {
  aggregate: (type: string) => `ORDER BY can only be applied to orderable types (actual: ${type})`,
  window: (type: string) =>
    `${type} is not orderable, and therefore cannot be used in window function ORDER BY`,
};

/** Binds the sort keys of an ORDER BY in an aggregate or a window. */
export function bindSortKeys(orderBy: ast.OrderBy, env: Env, place: keyof typeof unordered): SortKey[] {
  return orderBy.items.map((item) => {
    const expr = bindExpr(item.expression, env);
    if (!isOrderable(expr.type))
      throw errorAt(item, "TYPE_MISMATCH", unordered[place](formatType(expr.type)));
    return sortKey(expr, item);
  });
}

export const sortKey = (expr: Expr, item: ast.SortItem): SortKey => ({
  expr,
  descending: item.descending,
  nullsFirst: item.nulls === "FIRST",
});

export function checkOrderable(type: Type, { expression }: ast.SortItem, at: TextPosition): void {
  if (!isOrderable(type))
    throw errorAt(
      at,
      "TYPE_MISMATCH",
      `Type ${formatType(type)} is not orderable, and therefore cannot be used in ORDER BY: ${expressionText(expression)}`,
    );
}
