import type {
  BoundBody,
  BoundQuery,
  BoundRelation,
  CatalogTable,
  Expr,
  TableRelation,
} from "../trino/bind/tree";
import { childrenOf, expressionsOf, queryOf } from "../trino/bind/tree/visit";

/** What a query names in FROM, in its subqueries and in WITH too. */
export interface Named {
  readonly scans: readonly TableRelation[];
  readonly views: ReadonlySet<CatalogTable>;
}

interface Found extends Named {
  readonly scans: TableRelation[];
  readonly views: Set<CatalogTable>;
}

export function namedIn(query: BoundQuery): Named {
  const found: Found = { scans: [], views: new Set() };
  ofQuery(query, found);
  return found;
}

function ofQuery(query: BoundQuery, found: Found): void {
  for (const cte of query.ctes) ofQuery(cte.query, found);
  ofBody(query.body, found);
  for (const expr of expressionsOf({ ...query, ctes: [] })) ofExpr(expr, found);
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
      if (!found.scans.includes(relation)) found.scans.push(relation);
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
  if (query) ofQuery(query, found);
  for (const child of childrenOf(expr)) ofExpr(child, found);
}
