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

/** Results of at most this many rows are fetched at once. */
const fewRows = 2_000;

/**
 * Whether the whole result may be fetched at once. That is the case when DuckDB has to gather all groups or sort all
 * rows before it returns the first one, or when there are few rows: fetching them chunk by chunk would then only cost
 * time. DuckDB plans a statement twice whose rows it does not return at once.
 */
export function isGathered(query: BoundQuery, rows: ReadonlyMap<TableRelation, number>): boolean {
  const { body, orderBy } = query;
  if (orderBy.length > 0 || (body.kind === "select" && (body.grouping || body.orderBy.length > 0)))
    return true;
  return mostRows(query, rows) <= fewRows;
}

/** The number of rows that a query has at most, as far as that is known before it runs. */
function mostRows({ body, limit }: BoundQuery, rows: ReadonlyMap<TableRelation, number>): number {
  return Math.min(limited(limit), ofParts());

  function ofParts(): number {
    switch (body.kind) {
      case "select":
        return Math.min(limited(body.limit), rowsOf(body.from, rows));
      case "set":
        return mostRows(body.left, rows) + mostRows(body.right, rows);
      case "values":
        return body.rows.length;
      case "query":
        return mostRows(body.query, rows);
    }
  }
}

const limited = (limit: BoundQuery["limit"]): number =>
  limit?.count.kind === "constant" && !limit.withTies
    ? Number(limit.count.value ?? Number.POSITIVE_INFINITY)
    : Number.POSITIVE_INFINITY;

function rowsOf(relation: BoundRelation, rows: ReadonlyMap<TableRelation, number>): number {
  switch (relation.kind) {
    case "oneRow":
      return 1;
    case "table":
      return rows.get(relation) ?? Number.POSITIVE_INFINITY;
    case "subquery":
      return mostRows(relation.query, rows);
    case "join":
      // A row without a match counts in outer joins.
      return (rowsOf(relation.left, rows) + 1) * (rowsOf(relation.right, rows) + 1);
    case "sample":
      return rowsOf(relation.relation, rows);
    case "cte":
    case "unnest":
    case "sequence":
      return Number.POSITIVE_INFINITY;
  }
}
