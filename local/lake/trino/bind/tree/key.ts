import { formatType } from "../../types/format";
import type { Argument, Expr } from "./index";
import { childrenOf, queryOf } from "./visit";

const keys = new WeakMap<object, string>();

/** A text that is the same for two expressions exactly if they are the same operations over the same columns. */
export function expressionKey(expr: Expr): string {
  if (expr.kind === "column") return `c${expr.id}`;
  let key = keys.get(expr);
  if (key === undefined) {
    key = write(expr, outside);
    keys.set(expr, key);
  }
  return key;
}

/** Lambda parameters are identified by their order, because each binding gives them new ids. */
type Names = ReadonlyMap<number, number>;

/** Outside of lambdas, no parameters are known. */
const outside: Names = new Map();

function write(node: Argument, names: Names): string {
  if (node.kind === "lambda") {
    const inside = new Map(names);
    for (const { id } of node.parameters) inside.set(id, inside.size);
    return `λ${node.parameters.length}.${write(node.body, inside)}`;
  }
  if (node.kind === "column") return `c${node.id}`;
  if (node.kind === "variable") return `v${names.get(node.id) ?? `_${node.id}`}`;
  const query = queryOf(node);
  // Two subqueries are never the same.
  const inner = query ? [`q${subqueryId(query)}`] : [];
  const parts = childrenOf(node).map((child) =>
    names === outside && child.kind !== "lambda" ? expressionKey(child) : write(child, names),
  );
  return `(${[head(node), ...inner, ...parts].join(" ")})`;
}

let count = 0;
const ids = new WeakMap<object, number>();
function subqueryId(query: object): number {
  let id = ids.get(query);
  if (id === undefined) {
    id = ++count;
    ids.set(query, id);
  }
  return id;
}

function head(node: Exclude<Expr, { kind: "column" | "variable" }>): string {
  switch (node.kind) {
    case "constant":
      return `${formatType(node.type)}:${text(node.value)}`;
    case "call":
      return `call ${node.call.name} ${formatType(node.type)}`;
    case "aggregate":
      return `agg ${node.call.name} ${formatType(node.type)} ${node.distinct} ${node.filter ? "f" : ""} ${sorts(node.orderBy)}`;
    case "window": {
      const { partitionBy, orderBy, frame } = node.window;
      return `window ${node.call.name} ${formatType(node.type)} ${node.distinct} ${node.ignoreNulls} ${node.filter ? "f" : ""} ${partitionBy.length} ${sorts(orderBy)} ${frame ? `${frame.type} ${frame.start.type} ${frame.end.type}` : ""}`;
    }
    case "cast":
      return `cast ${formatType(node.from ?? node.value.type)} ${formatType(node.type)} ${node.safe}`;
    case "comparison":
      return `${node.operator} ${node.keepsCasts ?? false}`;
    case "arithmetic":
    case "logical":
      return node.operator;
    case "case":
      return `case ${node.whens.length}`;
    case "field":
      return `field ${node.index}`;
    case "quantified":
      return `${node.operator} ${node.quantifier}`;
    default:
      return node.kind;
  }
}

const sorts = (keys: readonly { readonly descending: boolean; readonly nullsFirst: boolean }[]) =>
  keys.map(({ descending, nullsFirst }) => `${descending}${nullsFirst}`).join();

const text = (value: unknown): string =>
  typeof value === "bigint"
    ? `${value}n`
    : JSON.stringify(value, (_, part) => (typeof part === "bigint" ? String(part) : part));
