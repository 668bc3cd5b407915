import type * as ast from "../../parse/ast";
import { commonType } from "../../types/coercion";
import { isComparable, isOrderable } from "../../types/comparable";
import { errorAt, type TextPosition } from "../../types/errors";
import { formatType } from "../../types/format";
import { boolean, rowOf, type Type } from "../../types/types";
import { bindExpr, bindQuery, type Env } from "../context";
import type { BoundQuery, Expr, OutputColumn } from "../tree";
import { checkCorrelation } from "../tree/correlation";
import { coerce } from "./coerce";

/** Binds a subquery, which can use the columns of the query that contains it. */
function bindSubquery(node: ast.ScalarSubquery, env: Env, at: TextPosition): BoundQuery {
  if (env.scope.kind === "lambda")
    throw errorAt(at, "NOT_SUPPORTED", "Lambda expression cannot contain subqueries");
  return bindQuery(node.query, env);
}

export function bindExists(node: ast.Exists, env: Env): Expr {
  const query = bindSubquery(node.subquery, env, node);
  checkCorrelation(query, node, "exists");
  return { kind: "exists", type: boolean, query };
}

export function bindScalarSubquery(node: ast.ScalarSubquery, env: Env): Expr {
  const query = bindSubquery(node, env, node);
  checkCorrelation(query, node.query, "scalar");
  return { kind: "scalarSubquery", type: typeOfRow(query.outputs), query };
}

/** The type of a subquery's row. For a single column, it is the column's type. */
function typeOfRow(outputs: readonly OutputColumn[]): Type {
  const [only] = outputs;
  return outputs.length === 1 && only ? only.type : wholeRow(outputs);
}

const wholeRow = (outputs: readonly OutputColumn[]): Type =>
  rowOf(outputs.map(({ name, type }) => ({ ...(name && { name }), type })));

/**
 * A value and the type of a subquery's rows that it is compared with. A row is compared with all columns: with one
 * column, it is a row of one field, and that field is compared.
 */
function sidesOf(value: Expr, query: BoundQuery): { value: Expr; row: Type } {
  const { type } = value;
  if (type.kind !== "row" || query.outputs.length > 1) return { value, row: typeOfRow(query.outputs) };
  const [field, ...others] = type.fields;
  if (!field || others.length > 0) return { value, row: wholeRow(query.outputs) };
  return {
    value: { kind: "field", type: field.type, base: value, index: 0 },
    row: typeOfRow(query.outputs),
  };
}

/** The subquery with its columns coerced so that its row has the given type. */
function coerceQuery(query: BoundQuery, type: Type, env: Env): BoundQuery {
  const single = query.outputs.length === 1;
  const types = single ? [type] : type.kind === "row" ? type.fields.map((field) => field.type) : [];
  const outputs = types.map((wanted): OutputColumn => ({ id: env.context.nextId(), type: wanted }));
  return {
    ctes: [],
    outputs,
    orderBy: [],
    body: {
      kind: "select",
      distinct: false,
      from: { kind: "subquery", query, outputs: query.outputs, lateral: false },
      items: outputs.map((output, index) => {
        const from = query.outputs[index];
        if (!from) throw new Error("a subquery lacks a column");
        return { output, expr: coerce({ kind: "column", id: from.id, type: from.type }, output.type) };
      }),
      windows: [],
      orderBy: [],
      outputs,
    },
  };
}

export function bindInSubquery(node: ast.InSubquery, env: Env): Expr {
  const given = bindExpr(node.value, env);
  const query = bindSubquery(node.subquery, env, node);
  const { value, row } = sidesOf(given, query);
  checkCorrelation(query, node, "in");
  const type = commonType(value.type, row);
  if (!type || !isComparable(type))
    throw errorAt(
      node,
      "TYPE_MISMATCH",
      `Value expression and result of subquery must be of the same type: ${formatType(value.type)} vs ${formatType(row)}`,
    );
  return {
    kind: "inSubquery",
    type: boolean,
    value: coerce(value, type),
    query: coerceQuery(query, type, env),
  };
}

export function bindQuantified(node: ast.QuantifiedComparison, env: Env): Expr {
  const given = bindExpr(node.value, env);
  const query = bindSubquery(node.subquery, env, node);
  const { value, row } = sidesOf(given, query);
  const isMember =
    (node.operator === "=" && node.quantifier !== "ALL") ||
    (node.operator === "<>" && node.quantifier === "ALL");
  if (isMember) checkCorrelation(query, node, "in");
  else checkCorrelation(query, node.subquery.query, "quantified");
  const type = commonType(value.type, row);
  const equality = node.operator === "=" || node.operator === "<>";
  if (!type || !(equality ? isComparable(type) : isOrderable(type)))
    throw errorAt(
      node,
      "TYPE_MISMATCH",
      `Value expression and result of subquery must be of the same type for quantified comparison: ${formatType(value.type)} vs ${formatType(row)}`,
    );
  return {
    kind: "quantified",
    type: boolean,
    operator: node.operator,
    quantifier: node.quantifier === "ALL" ? "ALL" : "ANY",
    value: coerce(value, type),
    query: coerceQuery(query, type, env),
  };
}
