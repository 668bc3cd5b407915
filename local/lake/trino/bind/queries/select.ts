import type * as ast from "../../parse/ast";
import { isComparable } from "../../types/comparable";
import { errorAt, type TextPosition } from "../../types/errors";
import { formatType } from "../../types/format";
import { bindExpr, type Env } from "../context";
import { bindBoolean, checkScalar } from "../expressions/conditions";
import { partsOf } from "../expressions/references";
import { checkOrderable, sortKey } from "../expressions/sorting";
import { fieldsOf, findField, relationScope, type Scope, type ScopeField, take } from "../scope";
import type { BoundAggregate, BoundSelect, Expr, GroupingCall, SortKey, WindowCall } from "../tree";
import { expressionKey } from "../tree/key";
import { replaceColumns } from "../tree/replace";
import { collect, contains, find, isAggregateCall, isColumn, isWindow } from "../tree/visit";
import { bindGrouping, groupedCheck, type Item, itemAt } from "./grouping";
import { bindCount, bindLimit } from "./limits";
import { columnOf } from "./outputs";
import { bindRelation } from "./relations";

/** Binds one SELECT, checking its clauses in Trino's order. */
export function bindSelect(node: ast.QuerySpecification, outer: Env): BoundSelect {
  const from = node.from
    ? bindRelation(node.from, outer)
    : { relation: { kind: "oneRow" } as const, scope: relationScope([], outer.scope) };
  const windows = new Map(outer.windows);
  for (const { name, window } of node.windows) {
    const key = name.value.toLowerCase();
    if (windows.has(key) && !outer.windows?.has(key))
      throw errorAt(name, "DUPLICATE_WINDOW_NAME", `WINDOW name '${name.value}' specified more than once`);
    const { existing } = window;
    if (existing && !windows.has(existing.value.toLowerCase()))
      throw errorAt(existing, "INVALID_WINDOW_REFERENCE", `Cannot resolve WINDOW name ${existing.value}`);
    windows.set(key, window);
  }
  const env: Env = { ...outer, scope: from.scope, windows, select: node };

  const where = node.where && bindBoolean(node.where, env, "WHERE clause");
  if (where && node.where) checkScalar(where, node.where, "WHERE clause");
  const items = node.select.items.flatMap((item) =>
    item.kind === "AllColumns" ? bindStar(item, env, node.from !== undefined) : [bindItem(item, env)],
  );
  if (node.select.distinct)
    for (const { expr, node: at } of items)
      if (!isComparable(expr.type))
        throw errorAt(
          at,
          "TYPE_MISMATCH",
          `DISTINCT can only be applied to comparable types (actual: ${formatType(expr.type)})`,
        );
  const groupBy = node.groupBy && bindGrouping(node.groupBy, items, env);
  const having = node.having && bindBoolean(node.having, env, "HAVING clause");
  const nested = having && find(having, isWindow);
  if (nested)
    throw errorAt(
      nested.at,
      "NESTED_WINDOW",
      "HAVING clause cannot contain window functions or row pattern measures",
    );
  const orderBy = node.orderBy ? bindOrder(node.orderBy, items, env, node) : [];
  const offset = node.offset && bindCount(node.offset.count, env, "OFFSET");
  const limit = bindLimit(node.limit, env, node.orderBy !== undefined);

  const parts = [
    ...items.map(({ expr }) => expr),
    ...(having ? [having] : []),
    ...orderBy.map(({ expr }) => expr),
  ];
  const windowCalls = distinctBy(parts.flatMap((part) => collect(part, isWindow)));
  for (const call of windowCalls) checkNested(call);
  const aggregates = distinctBy(parts.flatMap((part) => collectAggregates(part)));
  const groupings = parts.flatMap((part) => collect(part, isGroupingCall));
  const grouping =
    groupBy || aggregates.length > 0 || having
      ? { keys: groupBy?.keys ?? [], sets: groupBy?.sets ?? [[]], aggregates }
      : undefined;
  if (grouping) {
    const check = groupedCheck(grouping, from.scope);
    for (const { expr, node: at, star } of items) check(expr, at, star);
    if (having && node.having) check(having, node.having);
  }
  if (groupings[0] && !groupBy)
    throw errorAt(
      node,
      "MISSING_GROUP_BY",
      "A GROUPING() operation can only be used with a corresponding GROUPING SET/CUBE/ROLLUP/GROUP BY clause",
    );
  if (node.orderBy && grouping) {
    const check = groupedCheck(grouping, from.scope, items);
    for (const [index, { expr }] of orderBy.entries())
      check(expr, node.orderBy.items[index]?.expression ?? node.orderBy);
  }
  if (node.select.distinct && node.orderBy) checkDistinctOrder(node.select, orderBy, items);

  return {
    kind: "select",
    distinct: node.select.distinct,
    items: items.map(({ expr, output }) => ({ expr, output })),
    from: from.relation,
    ...(where && { where }),
    ...(grouping && { grouping }),
    ...(having && { having }),
    windows: windowCalls,
    orderBy,
    ...(offset && { offset }),
    ...(limit && { limit }),
    outputs: items.map(({ output }) => output),
  };
}

const isGroupingCall = (node: { readonly kind: string }): node is GroupingCall => node.kind === "grouping";

/** The aggregates in an expression, including those inside of window functions. */
const collectAggregates = (expr: Expr): BoundAggregate[] => collect(expr, isAggregateCall);

function distinctBy<E extends Expr>(exprs: readonly E[]): E[] {
  const byKey = new Map<string, E>();
  for (const expr of exprs) if (!byKey.has(expressionKey(expr))) byKey.set(expressionKey(expr), expr);
  return [...byKey.values()];
}

function checkNested(call: WindowCall): void {
  const { partitionBy, orderBy } = call.window;
  const places = {
    "window function arguments": call.arguments,
    "window specification": [...partitionBy, ...orderBy.map(({ expr }) => expr)],
  };
  for (const [place, parts] of Object.entries(places))
    for (const part of parts) {
      const inner = find(part, isWindow);
      if (inner)
        throw errorAt(
          inner.at,
          "NESTED_WINDOW",
          `Cannot nest window functions or row pattern measures inside ${place}`,
        );
    }
}

function bindItem(item: ast.SingleColumn, env: Env): Item {
  const expr = bindExpr(item.expression, env);
  const name = item.alias?.value ?? nameOf(item.expression);
  return {
    expr,
    output: { id: env.context.nextId(), type: expr.type, ...(name !== undefined && { name }) },
    node: item.expression,
  };
}

/** The name of an output. A column keeps its name, and any other expression has none. */
const nameOf = (node: ast.Expression): string | undefined => {
  if (node.kind === "Identifier") return node.value;
  return node.kind === "Dereference" && isName(node.base) ? node.field.value : undefined;
};

/** Whether an expression is a name such as `a.b.c`. */
const isName = (node: ast.Expression): boolean =>
  node.kind === "Identifier" || (node.kind === "Dereference" && isName(node.base));

function bindStar(item: ast.AllColumns, env: Env, hasFrom: boolean): Item[] {
  const found = item.target ? starOf(item, item.target, env) : undefined;
  if (!found && !hasFrom)
    throw errorAt(item, "COLUMN_NOT_FOUND", "SELECT * not allowed in queries without FROM clause");
  const fields = found ?? env.scope.fields.filter(({ hidden }) => !hidden).map(shown);
  if (item.aliases && item.aliases.length !== fields.length)
    throw errorAt(
      item.aliases[0],
      "MISMATCHED_COLUMN_ALIASES",
      `Column alias list has ${item.aliases.length} entries but relation has ${fields.length} columns`,
    );
  if (fields.length === 0)
    throw errorAt(item, "COLUMN_NOT_FOUND", "SELECT * not allowed from relation that has no columns");
  return fields.map(({ name, qualifier, expr }, index) => {
    const given = item.aliases ? item.aliases[index]?.value : name;
    return {
      expr: expr.kind === "column" ? { ...expr, at: item, ...(name !== undefined && { name }) } : expr,
      output: { id: env.context.nextId(), type: expr.type, ...(given !== undefined && { name: given }) },
      node: item,
      star: name === undefined ? String(index + 1) : `'${[...qualifier.slice(-1), name].join(".")}'`,
    };
  });
}

const shown = (field: ScopeField) => ({
  name: field.name,
  qualifier: field.qualifier,
  expr: take(field),
});

/** Expands `t.*` to the columns of a table, or to the fields of a row. */
function starOf(item: ast.AllColumns, target: ast.Expression, env: Env): ReturnType<typeof shown>[] {
  const parts = partsOf(target);
  if (parts) {
    for (let scope: Scope | undefined = env.scope; scope; scope = scope.parent) {
      const fields = fieldsOf(scope, parts).filter(({ hidden }) => !hidden);
      if (fields.length > 0) return fields.map(shown);
    }
    if (!findField(env.scope, parts, item) || parts.length === 1)
      throw errorAt(item, "TABLE_NOT_FOUND", `Unable to resolve reference ${parts.join(".")}`);
  }
  const base = bindExpr(target, env);
  const { type } = base;
  if (type.kind !== "row")
    throw errorAt(target, "TYPE_MISMATCH", `expected row type but got ${formatType(type)}`);
  return type.fields.map((field, index) => ({
    name: field.name,
    qualifier: [],
    expr: { kind: "field", type: field.type, base, index },
  }));
}

/**
 * Binds the ORDER BY of a SELECT, in which names refer first to the aliases of SELECT, and then to the columns of FROM.
 */
function bindOrder(orderBy: ast.OrderBy, items: readonly Item[], env: Env, at: TextPosition): SortKey[] {
  const named = relationScope(
    items.flatMap(({ output }) =>
      output.name === undefined ? [] : [{ name: output.name, qualifier: [], expr: columnOf(output) }],
    ),
    env.scope,
  );
  return orderBy.items.map((item) => {
    const expr = bindSortExpression(item.expression, items, named, env);
    checkOrderable(expr.type, item, at);
    return sortKey(expr, item);
  });
}

function bindSortExpression(node: ast.Expression, items: readonly Item[], named: Scope, env: Env): Expr {
  if (node.kind === "LongLiteral") return itemAt(node, items, "ORDER BY").expr;
  const expr = bindExpr(node, { ...env, scope: named });
  const outputs = new Set(items.map(({ output }) => output.id));
  for (const aggregate of collectAggregates(expr)) checkAggregated(aggregate, outputs);
  if (
    contains(
      expr,
      (part) =>
        part.kind === "grouping" && part.columns.some((one) => one.kind === "column" && outputs.has(one.id)),
    )
  )
    throw errorAt(
      undefined,
      "INVALID_ARGUMENTS",
      "Invalid reference to output of SELECT clause from grouping() expression in ORDER BY",
    );
  return substitute(expr, items);
}

/** Refuses an aggregate in ORDER BY of what SELECT has computed from all rows. */
function checkAggregated(aggregate: BoundAggregate, outputs: ReadonlySet<number>): void {
  const first = (parts: readonly Expr[]) =>
    parts.flatMap((part) => collect(part, isColumn)).find(({ id }) => outputs.has(id));
  const sorting = first((aggregate.orderBy ?? []).map(({ expr }) => expr));
  const output = first([aggregate]);
  if (output)
    throw errorAt(
      (sorting ?? output).at,
      "COLUMN_NOT_FOUND",
      sorting
        ? "ORDER BY clause in aggregation function must not reference query output columns"
        : "Invalid reference to output projection attribute from ORDER BY aggregation",
    );
}

/** The expression, with the outputs that it names replaced by their expressions. */
function substitute(expr: Expr, items: readonly Item[]): Expr {
  const byId = new Map(items.map((item) => [item.output.id, item.expr]));
  return replaceColumns(expr, (column) => byId.get(column.id));
}

function checkDistinctOrder(at: TextPosition, keys: readonly SortKey[], items: readonly Item[]): void {
  const shown = new Set(items.map(({ expr }) => expressionKey(expr)));
  for (const { expr } of keys)
    if (!shown.has(expressionKey(expr)))
      throw errorAt(
        at,
        "EXPRESSION_NOT_IN_DISTINCT",
        "For SELECT DISTINCT, ORDER BY expressions must appear in select list",
      );
}
