import type { BoundBody, BoundQuery, BoundRelation, Expr, TableScan } from "../trino/bind/tree";
import { childrenOf, expressionsOf, queryOf } from "../trino/bind/tree/visit";

/** Every scan of a table in a query, those of its subqueries and of WITH too. */
export function scansOf(query: BoundQuery): TableScan[] {
  const scans: TableScan[] = [];
  ofQuery(query, scans);
  return scans;
}

function ofQuery(query: BoundQuery, scans: TableScan[]): void {
  for (const cte of query.ctes) ofQuery(cte.query, scans);
  ofBody(query.body, scans);
  for (const expr of expressionsOf({ ...query, ctes: [] })) ofExpr(expr, scans);
}

function ofBody(body: BoundBody, scans: TableScan[]): void {
  switch (body.kind) {
    case "select":
      ofRelation(body.from, scans);
      break;
    case "set":
      ofQuery(body.left, scans);
      ofQuery(body.right, scans);
      break;
    case "query":
      ofQuery(body.query, scans);
  }
}

function ofRelation(relation: BoundRelation, scans: TableScan[]): void {
  switch (relation.kind) {
    case "table":
      if (!scans.includes(relation)) scans.push(relation);
      break;
    case "subquery":
      ofQuery(relation.query, scans);
      break;
    case "join":
      ofRelation(relation.left, scans);
      ofRelation(relation.right, scans);
      break;
    case "sample":
      ofRelation(relation.relation, scans);
  }
}

function ofExpr(expr: Parameters<typeof childrenOf>[0], scans: TableScan[]): void {
  const query = queryOf(expr as Expr);
  if (query) ofQuery(query, scans);
  for (const child of childrenOf(expr)) ofExpr(child, scans);
}
