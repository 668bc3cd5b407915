import type { Position } from "../../parse/ast";
import { errorAt } from "../../types/errors";
import type { BoundQuery, BoundRelation, BoundSelect, Expr } from "./index";
import { contains } from "./visit";

/**
 * Refuses the correlated subqueries that Trino's planner can't turn into joins: a limit over rows that a comparison other
 * than `=` relates to the query around them, and EXISTS over filtered elements of an array of that query.
 */
export function checkCorrelation(query: BoundQuery, at: Position, exists = false): void {
  const { body } = query;
  if (body.kind === "query") checkCorrelation(body.query, at, exists);
  if (body.kind !== "select" || !body.where) return;
  const limited = (body.limit ?? query.limit) !== undefined && relatedUnequally(body, body.where);
  if (limited || (exists && unnestsOuter(body.from)))
    throw errorAt(at, "NOT_SUPPORTED", "Given correlated subquery is not supported");
}

const unnestsOuter = (relation: BoundRelation): boolean =>
  relation.kind === "unnest" &&
  relation.items.some(({ expr }) => contains(expr, (node) => node.kind === "column"));

function relatedUnequally(select: BoundSelect, where: Expr): boolean {
  const own = columnsOf(select.from);
  const terms = where.kind === "logical" && where.operator === "AND" ? where.terms : [where];
  return terms.some(
    (term) =>
      !(term.kind === "comparison" && term.operator === "=") &&
      contains(term, (node) => node.kind === "column" && !own.has(node.id)),
  );
}

/** The columns that a relation gives. */
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
