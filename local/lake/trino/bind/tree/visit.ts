import type {
  Argument,
  BoundAggregate,
  BoundBody,
  BoundQuery,
  BoundRelation,
  Expr,
  SortKey,
  WindowCall,
} from "./index";

/** Functions that walk over bound expressions and queries. */

type Node = Argument;
type Column = Extract<Node, { kind: "column" }>;
type Subquery = Extract<Node, { query: BoundQuery }>;

const keys = (sorted: readonly SortKey[]) => sorted.map(({ expr }) => expr);
const maybe = (expr: Expr | undefined) => (expr ? [expr] : []);

/** The direct children of an expression, without those in subqueries. */
export function childrenOf(node: Node): readonly Node[] {
  switch (node.kind) {
    case "constant":
    case "column":
    case "variable":
    case "exists":
    case "scalarSubquery":
      return [];
    case "lambda":
      return [node.body];
    case "call":
      return node.arguments;
    case "aggregate":
      return [...node.arguments, ...maybe(node.filter), ...keys(node.orderBy)];
    case "window":
      return [
        ...node.arguments,
        ...maybe(node.filter),
        ...node.window.partitionBy,
        ...keys(node.window.orderBy),
        ...maybe(node.window.frame?.start.value),
        ...maybe(node.window.frame?.end.value),
      ];
    case "grouping":
      return node.columns;
    case "cast":
    case "negate":
    case "not":
    case "isNull":
    case "try":
      return [node.value];
    case "arithmetic":
    case "comparison":
      return [node.left, node.right];
    case "logical":
      return node.terms;
    case "between":
      return [node.value, node.min, node.max];
    case "in":
      return [node.value, ...node.items];
    case "like":
      return [node.value, node.pattern, ...maybe(node.escape)];
    case "case":
      return [...node.whens.flatMap(({ condition, result }) => [condition, result]), node.otherwise];
    case "coalesce":
      return node.operands;
    case "nullIf":
      // The condition compares the value, which would otherwise be visited twice at each level of a nest.
      return [node.condition];
    case "row":
    case "array":
      return node.items;
    case "field":
      return [node.base];
    case "subscript":
      return [node.base, node.index];
    case "atTimeZone":
      return [node.value, node.zone];
    case "inSubquery":
    case "quantified":
      return [node.value];
  }
}

/** The query of an expression that is a subquery. */
export function queryOf(node: Node): BoundQuery | undefined {
  switch (node.kind) {
    case "exists":
    case "scalarSubquery":
    case "inSubquery":
    case "quantified":
      return node.query;
    default:
      return undefined;
  }
}

/** The first matching node, the outermost first. Subqueries are not searched. */
export function find<Found extends Node>(node: Node, fits: (node: Node) => node is Found): Found | undefined {
  if (fits(node)) return node;
  for (const child of childrenOf(node)) {
    const found = find(child, fits);
    if (found) return found;
  }
  return undefined;
}

export const contains = (node: Node, fits: (node: Node) => boolean): boolean =>
  fits(node) || childrenOf(node).some((child) => contains(child, fits));

/** All matching nodes, the outermost first. Nodes inside of a matching node are not searched. */
export function collect<Found extends Node>(
  node: Node,
  fits: (node: Node) => node is Found,
  found: Found[] = [],
): Found[] {
  if (fits(node)) found.push(node);
  else for (const child of childrenOf(node)) collect(child, fits, found);
  return found;
}

export const isColumn = (node: Node): node is Column => node.kind === "column";
export const isSubquery = (node: Node): node is Subquery => queryOf(node) !== undefined;
export const isVolatile = (node: Node): boolean => node.kind === "call" && !node.call.deterministic;
export const isAggregateCall = (node: Node): node is BoundAggregate => node.kind === "aggregate";
export const isWindow = (node: Node): node is WindowCall => node.kind === "window";

/** All top-level expressions of a query, including those of its relations and subqueries. */
export function expressionsOf(query: BoundQuery): readonly Expr[] {
  const found: Expr[] = [];
  queryExpressions(query, found);
  return found;
}

function add(found: Expr[], exprs: readonly Expr[]): void {
  for (const expr of exprs) found.push(expr);
}

function queryExpressions(query: BoundQuery, found: Expr[]): void {
  for (const cte of query.ctes) queryExpressions(cte.query, found);
  bodyExpressions(query.body, found);
  add(found, keys(query.orderBy));
}

function bodyExpressions(body: BoundBody, found: Expr[]): void {
  switch (body.kind) {
    case "select":
      relationExpressions(body.from, found);
      for (const { expr } of body.items) found.push(expr);
      add(found, maybe(body.where));
      add(found, maybe(body.having));
      add(found, body.grouping?.keys ?? []);
      add(found, keys(body.orderBy));
      break;
    case "set":
      queryExpressions(body.left, found);
      queryExpressions(body.right, found);
      break;
    case "values":
      for (const row of body.rows) add(found, row);
      break;
    case "query":
      queryExpressions(body.query, found);
  }
}

function relationExpressions(relation: BoundRelation, found: Expr[]): void {
  switch (relation.kind) {
    case "subquery":
      queryExpressions(relation.query, found);
      break;
    case "join":
      relationExpressions(relation.left, found);
      relationExpressions(relation.right, found);
      add(found, maybe(relation.condition));
      break;
    case "unnest":
      for (const { expr } of relation.items) found.push(expr);
      break;
    case "sample":
      relationExpressions(relation.relation, found);
  }
}
