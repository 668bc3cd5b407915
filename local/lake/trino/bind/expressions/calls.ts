import { type CallArgument, type ResolvedCall, resolveCall } from "../../functions/registry";
import { signaturesOf } from "../../functions/signatures/table";
import type * as ast from "../../parse/ast";
import { isComparable } from "../../types/comparable";
import { errorAt, type TextPosition, type TrinoError } from "../../types/errors";
import { formatType } from "../../types/format";
import type { Type } from "../../types/types";
import { bindExpr, type Env } from "../context";
import { expressionText } from "../text";
import type { Argument, BoundLambda, Expr, SortKey, Variable } from "../tree";
import { expressionKey } from "../tree/key";
import { collect, contains, isAggregateCall, isColumn, isWindow } from "../tree/visit";
import { coerce } from "./coerce";
import { bindBoolean, checkScalar } from "./conditions";
import { bindSortKeys } from "./sorting";
import { bindWindow, ranking } from "./windows";

/** Binds a call of a scalar function, an aggregate or, with OVER, a window function. */
export function bindCall(node: ast.FunctionCall, env: Env): Expr {
  const name = (node.name.parts.at(-1)?.value ?? "").toLowerCase();
  if (node.star && name !== "count")
    throw errorAt(node, "FUNCTION_NOT_FOUND", `Unexpected parameters (*) for function ${name}`);
  if (node.label)
    throw errorAt(
      node.label,
      "INVALID_FUNCTION_ARGUMENT",
      "label.* syntax is only supported as the only argument of row pattern count function",
    );
  if (node.processingMode)
    throw errorAt(
      node,
      "INVALID_PROCESSING_MODE",
      `${node.processingMode} semantics is not supported out of pattern recognition context`,
    );
  if (node.distinct && !signaturesOf(name)?.some(({ kind }) => kind !== "scalar"))
    throw errorAt(node, "FUNCTION_NOT_AGGREGATE", "DISTINCT is not supported for non-aggregation functions");
  if (name === "listagg") checkListagg(node, env);
  const { call, arguments: bound } = resolve(name, node.arguments, node, env);
  const common = { type: call.returns, call, arguments: bound, at: node as TextPosition };

  if (call.kind === "scalar") {
    if (node.window && node.filter) throw filteredWindow();
    if (node.window)
      throw errorAt(env.select ?? node, "FUNCTION_NOT_WINDOW", `Not a window function: ${name}`);
    if (node.filter)
      throw errorAt(node, "FUNCTION_NOT_AGGREGATE", `Filter is only valid for aggregation functions`);
    if (node.orderBy)
      throw errorAt(node, "FUNCTION_NOT_AGGREGATE", `ORDER BY is only valid for aggregation functions`);
  }
  if (call.kind === "window" && !node.window)
    throw errorAt(node, "MISSING_OVER", `Window function system.builtin.${name} requires an OVER clause`);
  if (node.nullTreatment && (call.kind !== "window" || ranking.has(name)))
    throw errorAt(
      node,
      "NULL_TREATMENT_NOT_ALLOWED",
      `Cannot specify null treatment clause for ${name} function`,
    );
  if (call.kind === "scalar") return { kind: "call", ...common };

  const filter = node.filter && bindBoolean(node.filter, env, "Filter expression");
  if (node.distinct) checkDistinct(bound, node);
  if (node.window) {
    if (call.kind === "window" && node.distinct)
      throw errorAt(
        node,
        "FUNCTION_NOT_AGGREGATE",
        "DISTINCT and FILTER are only valid for aggregation functions",
      );
    const window = bindWindow(node.window, env, name);
    if (node.orderBy) throw errorAt(node, "NOT_SUPPORTED", "Window function with ORDER BY is not supported");
    if (filter) throw filteredWindow();
    return {
      kind: "window",
      ...common,
      distinct: node.distinct,
      ignoreNulls: node.nullTreatment === "IGNORE",
      window,
    };
  }
  const nested = [...bound, ...(filter ? [filter] : [])].map((argument) =>
    contains(argument, isAggregateCall),
  );
  if (nested.some((found) => found))
    throw errorAt(node, "NESTED_AGGREGATION", `Cannot nest aggregations inside aggregation '${name}'`);
  if (bound.some((argument) => contains(argument, isWindow)))
    throw errorAt(node, "NESTED_WINDOW", `Cannot nest window functions inside aggregation '${name}'`);
  const column = bound.flatMap((argument) =>
    argument.kind === "lambda" ? collect(argument, isColumn) : [],
  )[0];
  if (column)
    throw errorAt(
      column.at,
      "NOT_SUPPORTED",
      `A lambda of ${name} can't use the column '${column.name ?? ""}'`,
    );
  const orderBy = node.orderBy ? bindSortKeys(node.orderBy, env, "aggregate") : [];
  if (node.distinct && node.orderBy) checkDistinctOrder(node, node.orderBy, orderBy, bound);
  return { kind: "aggregate", ...common, distinct: node.distinct, ...(filter && { filter }), orderBy };
}

const filteredWindow = (): TrinoError =>
  errorAt({ line: 1, column: 1 }, "NOT_SUPPORTED", "FILTER is not yet supported for window functions");

/** The value of listagg has to be text already, since nothing is coerced to it. */
function checkListagg(node: ast.FunctionCall, env: Env): void {
  const [value] = node.arguments;
  if (!value) return;
  const { type } = bindExpr(value, env);
  if (type.kind !== "varchar")
    throw errorAt(
      node,
      "TYPE_MISMATCH",
      `Expected expression of varchar, but '${expressionText(value)}' has ${formatType(type)} type`,
    );
}

function checkDistinctOrder(
  node: ast.FunctionCall,
  orderBy: ast.OrderBy,
  keys: readonly SortKey[],
  bound: readonly Argument[],
): void {
  // Trino compares arguments and sort keys by their text, so that they are the same even when the argument is coerced.
  const shown = new Set([
    ...node.arguments.map(expressionText),
    ...bound.flatMap((argument) => (argument.kind === "lambda" ? [] : [expressionKey(argument)])),
  ]);
  for (const [index, { expr }] of keys.entries()) {
    const written = orderBy.items[index]?.expression ?? orderBy;
    const text = written.kind === "OrderBy" ? "" : expressionText(written);
    if (!shown.has(expressionKey(expr)) && !shown.has(text))
      throw errorAt(
        written,
        "EXPRESSION_NOT_IN_DISTINCT",
        "For aggregate function with DISTINCT, ORDER BY expressions must appear in arguments",
      );
  }
}

function checkDistinct(bound: readonly Argument[], at: TextPosition): void {
  for (const argument of bound)
    if (argument.kind !== "lambda" && !isComparable(argument.type))
      throw errorAt(
        at,
        "TYPE_MISMATCH",
        `DISTINCT can only be applied to comparable types (actual: ${formatType(argument.type)})`,
      );
}

/** Binds a special form as the call of the function that it stands for. */
export function bindNamedCall(
  name: string,
  nodes: readonly ast.Expression[],
  at: TextPosition | undefined,
  env: Env,
): Expr {
  const { call, arguments: bound } = resolve(name, nodes, at, env);
  return { kind: "call", type: call.returns, call, arguments: bound, ...(at && { at }) };
}

function coerceArgument(value: Expr, call: ResolvedCall, index: number): Expr {
  const parameter = call.parameters[index];
  return parameter?.kind === "value" ? coerce(value, parameter.type) : value;
}

function resolve(
  name: string,
  nodes: readonly ast.Expression[],
  at: TextPosition | undefined,
  env: Env,
): { call: ResolvedCall; arguments: Argument[] } {
  const values = nodes.map((node) => (node.kind === "Lambda" ? node : bindExpr(node, env)));
  // Each is bound once for the same types, because lambdas in lambdas would be bound anew for each signature around them.
  const lambdas = new Map<string, BoundLambda>();
  const boundFor = (index: number, node: ast.Lambda, types: readonly Type[]): BoundLambda => {
    const key = [index, ...types.map(formatType)].join();
    const lambda = lambdas.get(key) ?? bindLambda(node, types, env);
    lambdas.set(key, lambda);
    return lambda;
  };
  const given = values.map(
    (value, index): CallArgument =>
      value.kind === "Lambda"
        ? {
            kind: "lambda",
            at: value,
            parameters: value.parameters.length,
            typeOf: (types) => boundFor(index, value, types).body.type,
          }
        : { kind: "value", type: value.type, ...(nodes[index] && { at: nodes[index] }) },
  );
  const call = resolveCall(name, given, at);
  const { returns } = call;
  if (returns.kind === "char" && returns.length > 65_536)
    throw errorAt(at, "TYPE_NOT_FOUND", `Unknown type: char(${returns.length})`);
  return {
    call,
    arguments: values.map((value, index) => {
      if (value.kind !== "Lambda") return coerceArgument(value, call, index);
      const parameter = call.parameters[index];
      if (parameter?.kind !== "lambda") throw new Error(`${name} takes no lambda at ${index}`);
      const lambda = boundFor(index, value, parameter.parameters);
      return { ...lambda, body: coerce(lambda.body, parameter.returns) };
    }),
  };
}

function bindLambda(node: ast.Lambda, types: readonly Type[], env: Env): BoundLambda {
  if (types.length !== node.parameters.length)
    throw errorAt(
      node,
      "INVALID_PARAMETER_USAGE",
      `Expected a lambda that takes ${types.length} argument(s) but got ${node.parameters.length}`,
    );
  const parameters = types.map((type): Variable => ({ kind: "variable", type, id: env.context.nextId() }));
  const fields = parameters.map((expr, index) => ({
    name: node.parameters[index]?.value,
    qualifier: [],
    expr,
  }));
  const body = bindExpr(node.body, { ...env, scope: { kind: "lambda", fields, parent: env.scope } });
  checkScalar(body, node.body, "Lambda expression");
  return { kind: "lambda", parameters, body };
}
