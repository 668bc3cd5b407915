import type * as ast from "../../parse/ast";
import { isComparable } from "../../types/comparable";
import { errorAt, type TextPosition, type TrinoError } from "../../types/errors";
import { formatType } from "../../types/format";
import { bindExpr, type Env } from "../context";
import { checkScalar } from "../expressions/conditions";
import type { Scope } from "../scope";
import { expressionText } from "../text";
import type { Argument, BoundColumn, BoundGrouping, Expr, OutputColumn } from "../tree";
import { expressionKey } from "../tree/key";
import { childrenOf, expressionsOf, queryOf } from "../tree/visit";

/** An expression of SELECT. */
export interface Item {
  readonly expr: Expr;
  readonly output: OutputColumn;
  /** Where the expression is written. */
  readonly node: TextPosition;
  /** What errors call an item that `*` shows: its name with its relation's, or else its place. */
  readonly star?: string;
}

/** The item at a position that GROUP BY or ORDER BY names. */
export function itemAt(node: ast.LongLiteral, items: readonly Item[], clause: "GROUP BY" | "ORDER BY"): Item {
  const item = items[Number(node.value) - 1];
  if (item) return item;
  throw errorAt(node, "INVALID_COLUMN_REFERENCE", `${clause} position ${node.value} is not in select list`);
}

/** Binds the keys of GROUP BY and the sets of keys by which rows are grouped. */
export function bindGrouping(
  node: ast.GroupBy,
  items: readonly Item[],
  env: Env,
): Pick<BoundGrouping, "keys" | "sets"> {
  const keys: Expr[] = [];
  const indexes = new Map<string, number>();
  const indexOf = (expression: ast.Expression): number => {
    const expr = bindKey(expression, items, env);
    const key = expressionKey(expr);
    const known = indexes.get(key);
    if (known !== undefined) return known;
    indexes.set(key, keys.length);
    return keys.push(expr) - 1;
  };
  const elements = node.elements.map((element): number[][] => {
    if (element.type !== "SIMPLE") for (const one of element.sets.flat()) checkColumn(one, env);
    const sets = element.sets.map((set) => set.map((one) => indexOf(one)));
    switch (element.type) {
      case "SIMPLE":
        return [sets.flat()];
      case "ROLLUP":
        return [...sets.keys(), sets.length].map((length) => sets.slice(0, length).flat()).reverse();
      case "CUBE":
        return subsets(sets);
      default:
        return sets;
    }
  });
  let product: number[][] = [[]];
  for (const sets of elements)
    product = product.flatMap((one) => sets.map((set) => [...new Set([...one, ...set])]));
  const sets = node.distinct ? uniqueSets(product) : product;
  return { keys, sets };
}

/** Grouping sets may contain only columns, and neither positions nor fields of rows. */
function checkColumn(node: ast.Expression, env: Env): void {
  if (node.kind !== "LongLiteral" && bindExpr(node, env).kind === "column") return;
  throw errorAt(
    node,
    "INVALID_COLUMN_REFERENCE",
    `GROUP BY expression must be a column reference: ${expressionText(node)}`,
  );
}

/** All combinations of the sets, the largest first. */
function subsets(sets: readonly number[][]): number[][] {
  const [first, ...others] = sets;
  if (!first) return [[]];
  const rest = subsets(others);
  return [...rest.map((one) => [...first, ...one]), ...rest];
}

const uniqueSets = (sets: readonly number[][]) => [
  ...new Map(sets.map((set) => [[...set].sort().join(), set])).values(),
];

function bindKey(node: ast.Expression, items: readonly Item[], env: Env): Expr {
  let expr: Expr;
  let at: TextPosition = node;
  if (node.kind === "LongLiteral") {
    const item = itemAt(node, items, "GROUP BY");
    expr = item.expr;
    at = item.node;
  } else expr = bindExpr(node, env);
  checkScalar(expr, at, "GROUP BY clause");
  if (!isComparable(expr.type))
    throw errorAt(
      node,
      "TYPE_MISMATCH",
      `${formatType(expr.type)} is not comparable, and therefore cannot be used in GROUP BY`,
    );
  return expr;
}

const notAggregate = (at: TextPosition | undefined, sentence: string) =>
  errorAt(at, "EXPRESSION_NOT_AGGREGATE", sentence);

const inSubquery = ({ at, name = "" }: BoundColumn) =>
  notAggregate(at, `Subquery uses '${name}' which must appear in GROUP BY clause`);

/**
 * Returns a function that checks that an expression over groups consists of keys and aggregates. `items` are the
 * outputs that ORDER BY may name. The function throws a TrinoError EXPRESSION_NOT_AGGREGATE.
 */
export function groupedCheck(
  { keys }: Pick<BoundGrouping, "keys">,
  scope: Scope,
  items: readonly Item[] = [],
): (expr: Expr, at: TextPosition, star?: string) => void {
  const known = new Set([...keys.map(expressionKey), ...items.map(({ output }) => `c${output.id}`)]);
  const columns = new Set(scope.fields.map(({ expr }) => expressionKey(expr)));
  const check = (node: Argument, refusal: (column: BoundColumn) => TrinoError): void => {
    if (node.kind === "aggregate") return;
    if (node.kind !== "lambda" && known.has(expressionKey(node))) return;
    if (node.kind === "column" && columns.has(expressionKey(node))) throw refusal(node);
    if (node.kind === "grouping") {
      for (const column of node.columns)
        if (!known.has(expressionKey(column)))
          throw errorAt(
            node.at,
            "INVALID_ARGUMENTS",
            `The arguments to GROUPING() must be expressions referenced by the GROUP BY at the associated query level. Mismatch due to ${column.kind === "column" ? column.name : "column"}.`,
          );
      return;
    }
    const query = queryOf(node);
    if (query) for (const inner of expressionsOf(query)) check(inner, inSubquery);
    for (const child of childrenOf(node)) check(child, refusal);
  };
  return (expr, at, star) =>
    check(expr, (column) =>
      star === undefined
        ? notAggregate(
            at,
            `'${column.name ?? ""}' must be an aggregate expression or appear in GROUP BY clause`,
          )
        : notAggregate(undefined, `Column ${star} not in GROUP BY clause`),
    );
}
