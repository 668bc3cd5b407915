import type { Position } from "../../types/errors";
import { errorAt } from "../../types/errors";
import type { Argument, BoundQuery, BoundRelation, BoundSelect, Expr } from "./index";
import { contains } from "./visit";

/** How a subquery is used: as a condition, as a value, or as rows in FROM. */
export type SubqueryUse = "exists" | "in" | "scalar" | "lateral";

/**
 * Refuses the correlated subqueries that Trino's planner cannot turn into joins, as far as this was tested on a real
 * server. These are a limit over rows whose relation to the outer query is more than `column = outer`, LIMIT 1 without
 * an order, filtered elements of an outer array, window functions, set operations, and outer columns inside of
 * aggregates.
 *
 * @param at Position at which Trino reports the error.
 */
export function checkCorrelation(query: BoundQuery, at: Position, use: SubqueryUse): void {
  if (isRefused(query, use)) throw errorAt(at, "NOT_SUPPORTED", "Given correlated subquery is not supported");
}

function isRefused(query: BoundQuery, use: SubqueryUse): boolean {
  const { body } = query;
  if (body.kind === "query") return isRefused(body.query, use);
  if (body.kind === "set") return use === "lateral" && (namesOuter(body.left) || namesOuter(body.right));
  if (body.kind !== "select") return false;
  const aggregates = body.grouping?.aggregates ?? [];
  if (unnestsOuter(body.from))
    return use === "in" || body.where !== undefined || aggregates.some(({ filter }) => filter !== undefined);
  const isOuter = outerColumn(body);
  if (aggregates.some(({ arguments: args }) => args.some((argument) => contains(argument, isOuter))))
    return true;
  const related = termsOf(body.where).filter((term) => contains(term, isOuter));
  if (related.length === 0) return false;
  if (body.windows.length > 0) return true;
  const limit = body.limit ?? query.limit;
  if (!limit) return false;
  const isOrdered = body.orderBy.length > 0 || query.orderBy.length > 0;
  const isOne = limit.count.kind === "constant" && limit.count.value === 1n;
  if (isOne && !isOrdered && use !== "exists") return true;
  return !related.every((term) => isEquality(term, isOuter));
}

/** Returns a test for columns that do not come from the FROM of a SELECT. */
function outerColumn(select: BoundSelect): (node: Argument) => boolean {
  const own = columnsOf(select.from);
  return (node) => node.kind === "column" && !own.has(node.id);
}

/** Whether a condition is `column = outer`, which gives the column a single value for each row of the outer query. */
function isEquality(term: Expr, isOuter: (node: Argument) => boolean): boolean {
  if (term.kind !== "comparison" || term.operator !== "=") return false;
  const isOwn = (expr: Argument): boolean => expr.kind === "column" && !isOuter(expr);
  const other = isOwn(term.left) ? term.right : isOwn(term.right) ? term.left : undefined;
  return other !== undefined && !contains(other, isOwn);
}

const termsOf = (where: Expr | undefined): readonly Expr[] => {
  if (!where) return [];
  return where.kind === "logical" && where.operator === "AND" ? where.terms : [where];
};

/** Whether a relation begins with an UNNEST. Such an UNNEST can only use columns of the outer query. */
const unnestsOuter = (relation: BoundRelation): boolean =>
  relation.kind === "unnest" &&
  relation.items.some(({ expr }) => contains(expr, (node) => node.kind === "column"));

/** Whether a SELECT uses columns that do not come from its FROM. */
function namesOuter({ body }: BoundQuery): boolean {
  if (body.kind === "query") return namesOuter(body.query);
  if (body.kind !== "select") return false;
  const parts = [...body.items.map(({ expr }) => expr), ...termsOf(body.where)];
  return parts.some((part) => contains(part, outerColumn(body)));
}

/** The ids of the columns of a relation. */
function columnsOf(relation: BoundRelation): ReadonlySet<number> {
  switch (relation.kind) {
    case "table":
      return new Set(relation.columns.map(({ id }) => id));
    case "subquery":
    case "cte":
      return new Set(relation.outputs.map(({ id }) => id));
    case "join":
      return new Set([...columnsOf(relation.left), ...columnsOf(relation.right)]);
    case "unnest": {
      const outputs = relation.items.flatMap((item) => item.outputs);
      return new Set([...outputs, ...(relation.ordinality ? [relation.ordinality] : [])].map(({ id }) => id));
    }
    case "sample":
      return columnsOf(relation.relation);
    case "sequence":
      return new Set([relation.output.id]);
    case "oneRow":
      return new Set();
  }
}
