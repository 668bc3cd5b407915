import type { Argument, BoundBody, BoundColumn, BoundQuery, BoundRelation, Expr } from "./index";
import { childrenOf, collect, expressionsOf, isColumn, queryOf } from "./visit";

/** The columns that a query, with its subqueries, uses and that come from outside of it. */
export function outerReferences(query: BoundQuery): readonly BoundColumn[] {
  const used: BoundColumn[] = [];
  const own = new Set<number>();
  ofQuery(query, used, own);
  return used.filter(({ id }) => !own.has(id));
}

/** The ids of the columns that come from outside of a query. */
export const outerColumns = (query: BoundQuery): ReadonlySet<number> =>
  new Set(outerReferences(query).map(({ id }) => id));

/** Whether an expression, with its subqueries, uses one of the columns. */
export function usesColumns(expr: Argument, ids: ReadonlySet<number>): boolean {
  if (expr.kind === "column") return ids.has(expr.id);
  const query = queryOf(expr);
  if (query && [...outerColumns(query)].some((id) => ids.has(id))) return true;
  return childrenOf(expr).some((child) => usesColumns(child, ids));
}

function ofQuery(query: BoundQuery, used: BoundColumn[], own: Set<number>): void {
  for (const expr of expressionsOf(query)) ofExpression(expr, used, own);
  ownOfQuery(query, own);
}

function ofExpression(expr: Argument, used: BoundColumn[], own: Set<number>): void {
  if (expr.kind === "column") used.push(expr);
  const query = queryOf(expr);
  if (query) ofQuery(query, used, own);
  for (const child of childrenOf(expr)) ofExpression(child, used, own);
}

function ownOfQuery(query: BoundQuery, own: Set<number>): void {
  for (const cte of query.ctes) ownOfQuery(cte.query, own);
  for (const { id } of query.outputs) own.add(id);
  ownOfBody(query.body, own);
}

function ownOfBody(body: BoundBody, own: Set<number>): void {
  for (const { id } of body.outputs) own.add(id);
  if (body.kind === "select") for (const id of columnsOf(body.from, own)) own.add(id);
  if (body.kind === "query") ownOfQuery(body.query, own);
  if (body.kind === "set") for (const side of [body.left, body.right]) ownOfQuery(side, own);
}

/** The ids of the columns of a relation. With `own`, those inside of its queries are added there. */
export function columnsOf(relation: BoundRelation, own?: Set<number>): readonly number[] {
  const ids = (outputs: readonly { readonly id: number }[]) => outputs.map(({ id }) => id);
  switch (relation.kind) {
    case "table":
      return ids(relation.columns);
    case "subquery":
      if (own) ownOfQuery(relation.query, own);
      return ids(relation.outputs);
    case "cte":
      return ids(relation.outputs);
    case "join":
      return [...columnsOf(relation.left, own), ...columnsOf(relation.right, own)];
    case "unnest":
      return ids([
        ...relation.items.flatMap(({ outputs }) => outputs),
        ...(relation.ordinality ? [relation.ordinality] : []),
      ]);
    case "sample":
      return columnsOf(relation.relation, own);
    case "sequence":
      return [relation.output.id];
    case "oneRow":
      return [];
  }
}

/** The column of an expression that is nothing else. */
export const columnIn = (expr: Expr): number | undefined => (expr.kind === "column" ? expr.id : undefined);

/** The ids of the columns that an expression itself uses. */
export const columnsIn = (expr: Argument): readonly number[] => collect(expr, isColumn).map(({ id }) => id);
