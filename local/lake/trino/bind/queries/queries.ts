import type * as ast from "../../parse/ast";
import { commonType } from "../../types/coercion";
import { isComparable, isOrderable } from "../../types/comparable";
import { errorAt, type TextPosition } from "../../types/errors";
import { formatType } from "../../types/format";
import type { Type } from "../../types/types";
import { bindBody, bindExpr, bindQuery, type Env } from "../context";
import { coerce } from "../expressions/coerce";
import { checkOrderable, sortKey } from "../expressions/sorting";
import { relationScope, type Scope, take } from "../scope";
import type { BoundBody, BoundQuery, Expr, OutputColumn, SortKey } from "../tree";
import { bindCount, bindLimit, checkSorted } from "./limits";
import { asQuery, columnOf, project } from "./outputs";
import { bindTable } from "./relations";
import { bindSelect } from "./select";
import { bindWith } from "./with";

/** Binds a query. The scope of `env` is the one that encloses the query. */
export function bindWholeQuery(node: ast.Query, env: Env): BoundQuery {
  const { ctes, visible } = node.with ? bindWith(node.with, env) : { ctes: [], visible: env.ctes };
  const inner: Env = { ...env, ctes: visible };
  const body = bindBody(node.body, inner);
  const scope = relationScope(
    body.outputs.map((output) => ({ name: output.name, qualifier: [], expr: columnOf(output) })),
    env.scope,
  );
  const orderBy = node.orderBy ? bindOutputOrder(node.orderBy, body.outputs, scope, inner, node) : [];
  const offset = node.offset && bindCount(node.offset.count, inner, "OFFSET");
  const limit = bindLimit(node.limit, inner, node.orderBy !== undefined);
  if (node.orderBy && limit && !limit.withTies) checkSorted(limit.count, offset);
  return {
    ctes,
    body,
    outputs: body.outputs,
    orderBy,
    ...(offset && { offset }),
    ...(limit && { limit }),
  };
}

export function bindQueryBody(node: ast.QueryBody, env: Env): BoundBody {
  switch (node.kind) {
    case "QuerySpecification":
      return bindSelect(node, env);
    case "SetOperation":
      return bindSetOperation(node, env);
    case "Values":
      return bindValues(node, env);
    case "TableSubquery": {
      const query = bindQuery(node.query, env);
      return { kind: "query", query, outputs: query.outputs };
    }
    case "Table": {
      const { relation, scope } = bindTable(node, env);
      const shown = scope.fields.filter(({ hidden }) => !hidden);
      const items = shown.map((field) => ({
        expr: take(field),
        output: {
          id: env.context.nextId(),
          type: field.expr.type,
          ...(field.name !== undefined && { name: field.name }),
        },
      }));
      return {
        kind: "select",
        distinct: false,
        items,
        from: relation,
        windows: [],
        orderBy: [],
        outputs: items.map(({ output }) => output),
      };
    }
  }
}

/** Binds an ORDER BY over a query's outputs: their names, their positions, or expressions over them. */
function bindOutputOrder(
  orderBy: ast.OrderBy,
  outputs: readonly OutputColumn[],
  scope: Scope,
  env: Env,
  at: TextPosition,
): SortKey[] {
  return orderBy.items.map((item) => {
    const expr =
      item.expression.kind === "LongLiteral"
        ? outputAt(item.expression, outputs)
        : bindExpr(item.expression, { ...env, scope });
    checkOrderable(expr.type, item, at);
    return sortKey(expr, item);
  });
}

/** @param at The query that is sorted, at whose position Trino reports the error. */

function outputAt(position: ast.LongLiteral, outputs: readonly OutputColumn[]): Expr {
  const output = outputs[Number(position.value) - 1];
  if (!output)
    throw errorAt(
      position,
      "INVALID_COLUMN_REFERENCE",
      `ORDER BY position ${position.value} is not in select list`,
    );
  return columnOf(output);
}

function bindValues(node: ast.Values, env: Env): BoundBody {
  const rows = node.rows.map((row) => {
    const expr = bindExpr(row, env);
    return expr.kind === "row" ? [...expr.items] : fieldsOf(expr);
  });
  const width = rows[0]?.length ?? 0;
  const types: Type[] = rows[0]?.map(({ type }) => type) ?? [];
  for (const row of rows) {
    if (row.length !== width)
      throw errorAt(node, "TYPE_MISMATCH", `Values rows have mismatched sizes: ${width} vs ${row.length}`);
    for (const [column, { type }] of row.entries()) {
      const common = commonType(types[column] ?? type, type);
      if (!common)
        throw errorAt(
          node,
          "TYPE_MISMATCH",
          `Values rows have mismatched types: ${rowText(rows[0] ?? [])} vs ${rowText(row)}`,
        );
      types[column] = common;
    }
  }
  const outputs = types.map((type): OutputColumn => ({ id: env.context.nextId(), type }));
  return {
    kind: "values",
    rows: rows.map((row) => row.map((expr, column) => coerce(expr, types[column] ?? expr.type))),
    outputs,
  };
}

const rowText = (row: readonly Expr[]) => `row(${row.map(({ type }) => formatType(type)).join(", ")})`;

/** A row that is not written as a constructor gives one column for each field. Any other value gives one column. */
function fieldsOf(expr: Expr): Expr[] {
  if (expr.type.kind !== "row") return [expr];
  return expr.type.fields.map(({ type }, index) => ({ kind: "field", type, base: expr, index }));
}

function bindSetOperation(node: ast.SetOperation, env: Env): BoundBody {
  const left = asQuery(bindBody(node.left, env));
  const right = asQuery(bindBody(node.right, env));
  const { operator } = node;
  if (left.outputs.length !== right.outputs.length)
    throw errorAt(
      node,
      "TYPE_MISMATCH",
      `${operator} query has different number of fields: ${left.outputs.length}, ${right.outputs.length}`,
    );
  const outputs = left.outputs.map((output, index): OutputColumn => {
    const other = right.outputs[index];
    const type = other && commonType(output.type, other.type);
    if (!type)
      throw errorAt(
        node,
        "TYPE_MISMATCH",
        `column ${index + 1} in ${operator} query has incompatible types: ${formatType(output.type)}, ${other ? formatType(other.type) : "none"}`,
      );
    if ((node.distinct || operator !== "UNION") && !isComparable(type))
      throw errorAt(
        node,
        "TYPE_MISMATCH",
        `Type ${formatType(type)} is not comparable and therefore cannot be used in ${operator}${node.distinct ? "" : " ALL"}`,
      );
    // Trino counts equal rows by sorting them, which fails for maps and JSON.
    if (!node.distinct && operator !== "UNION" && !isOrderable(type))
      throw errorAt(
        node,
        "NOT_SUPPORTED",
        `${formatType(type)} is not orderable, and therefore fails in ${operator} ALL`,
      );
    return { id: env.context.nextId(), type, ...(output.name && { name: output.name }) };
  });
  const types = outputs.map(({ type }) => type);
  return {
    kind: "set",
    operator,
    distinct: node.distinct,
    left: project(left, types, env),
    right: project(right, types, env),
    outputs,
  };
}
