import type {
  BoundBody,
  BoundQuery,
  BoundRelation,
  CatalogTable,
  Expr,
  TableRelation,
} from "../trino/bind/tree";
import { childrenOf, expressionsOf, queryOf } from "../trino/bind/tree/visit";

/** The tables and views that a query names in FROM, including its subqueries and its WITH clause. */
export interface Named {
  readonly scans: readonly TableRelation[];
  readonly views: ReadonlySet<CatalogTable>;
}

interface Found {
  readonly scans: Set<TableRelation>;
  readonly views: Set<CatalogTable>;
}

export function namedIn(query: BoundQuery): Named {
  const found: Found = { scans: new Set(), views: new Set() };
  ofWhole(query, found);
  return { scans: [...found.scans], views: found.views };
}

/** Collects the scans of a whole query, including the subqueries in its expressions. */
function ofWhole(query: BoundQuery, found: Found): void {
  ofQuery(query, found);
  for (const expr of expressionsOf(query)) ofExpr(expr, found);
}

function ofQuery(query: BoundQuery, found: Found): void {
  for (const cte of query.ctes) ofQuery(cte.query, found);
  ofBody(query.body, found);
}

function ofBody(body: BoundBody, found: Found): void {
  switch (body.kind) {
    case "select":
      ofRelation(body.from, found);
      break;
    case "set":
      ofQuery(body.left, found);
      ofQuery(body.right, found);
      break;
    case "query":
      ofQuery(body.query, found);
  }
}

function ofRelation(relation: BoundRelation, found: Found): void {
  switch (relation.kind) {
    case "table":
      found.scans.add(relation);
      break;
    case "subquery":
      if (relation.view) found.views.add(relation.view);
      ofQuery(relation.query, found);
      break;
    case "join":
      ofRelation(relation.left, found);
      ofRelation(relation.right, found);
      break;
    case "sample":
      ofRelation(relation.relation, found);
  }
}

function ofExpr(expr: Parameters<typeof childrenOf>[0], found: Found): void {
  const query = queryOf(expr as Expr);
  if (query) ofWhole(query, found);
  for (const child of childrenOf(expr)) ofExpr(child, found);
}
