import type { BoundQuery, Expr } from "../bind/tree";
import type { ComparisonOperator } from "../parse/ast";
import { duckdbTypeText, fieldOf } from "../types/duckdb";
import type { Type } from "../types/types";
import { emitComparison, plainlyEqual } from "./conditions/comparisons";
import { type Emission, emitExpr, emitQuery, emittedColumn } from "./context";
import { failure } from "./failure";

type Subquery = Extract<Expr, { readonly query: BoundQuery }>;

export function emitSubquery(expr: Subquery, emission: Emission): string {
  switch (expr.kind) {
    case "exists":
      return `EXISTS (${emitQuery(expr.query, emission)})`;
    case "scalarSubquery":
      return emitScalar(expr.query, expr.type, emission);
    case "inSubquery":
      return quantified("=", "ANY", expr.value, expr.query, emission);
    case "quantified":
      return quantified(expr.operator, expr.quantifier, expr.value, expr.query, emission);
  }
}

/**
 * Writes a scalar subquery: its value is NULL without rows, and it fails with more than one row.
 *
 * @param made Returns the SQL that is made of the value.
 * @default the value itself
 */
export function emitScalar(
  query: BoundQuery,
  type: Type,
  emission: Emission,
  made: (value: string) => string = (value) => value,
): string {
  const name = emission.name("s");
  const value = made(rowOf(query));
  if (hasOneRow(query)) return `(SELECT ${value} FROM (${emitQuery(query, emission)}) AS ${name})`;
  const tooMany = failure(
    duckdbTypeText(type),
    "SUBQUERY_MULTIPLE_ROWS",
    "Scalar sub-query has returned multiple rows",
  );
  return `(SELECT CASE WHEN count(*) > 1 THEN ${tooMany} ELSE first(${value}) END FROM (${emitQuery(query, emission)}) AS ${name})`;
}

/** The row of a subquery as a single value. */
function rowOf({ outputs }: BoundQuery): string {
  const [only] = outputs;
  if (only && outputs.length === 1) return emittedColumn(only.id);
  return `{${outputs.map(({ id }, index) => `'${fieldOf(index)}': ${emittedColumn(id)}`).join(", ")}}`;
}

/** Whether a query returns at most one row for any data: an aggregation without keys, or LIMIT 1. */
function hasOneRow({ body, limit }: BoundQuery): boolean {
  if (limit && limit.count.kind === "constant" && limit.count.value === 1n && !limit.withTies) return true;
  if (body.kind === "query") return hasOneRow(body.query);
  if (body.kind === "values") return body.rows.length === 1;
  if (body.kind !== "select") return false;
  if (
    body.limit &&
    body.limit.count.kind === "constant" &&
    body.limit.count.value === 1n &&
    !body.limit.withTies
  )
    return true;
  if (body.from.kind === "oneRow" && !body.grouping) return true;
  return body.grouping?.keys.length === 0 && body.grouping.sets.length === 1;
}

/** Types for which DuckDB's own `IN (SELECT …)` is used, which it executes as a join. */
const plain: ReadonlySet<Type["kind"]> = new Set([...plainlyEqual, "real", "double"]);

function quantified(
  operator: ComparisonOperator,
  quantifier: "ALL" | "ANY",
  value: Expr,
  query: BoundQuery,
  emission: Emission,
): string {
  const left = emitExpr(value, emission);
  if (plain.has(value.type.kind)) {
    const inner = `(${emitQuery(query, emission)})`;
    if (operator === "=" && quantifier === "ANY") return `(${left} IN ${inner})`;
    if (operator === "<>" && quantifier === "ALL") return `(${left} NOT IN ${inner})`;
    return `(${left} ${operator} ${quantifier} ${inner})`;
  }
  // For membership, a NULL inside of a row is a value like others. Only a value that is NULL itself makes the result
  // NULL.
  const name = emission.name("s");
  const row = rowOf(query);
  const isMember = operator === "=" && quantifier === "ANY";
  const compared =
    isMember || (operator === "<>" && quantifier === "ALL")
      ? `CASE WHEN ${left} IS NOT NULL AND ${row} IS NOT NULL THEN ${isMember ? "NOT " : ""}${emitComparison("IS DISTINCT FROM", left, row, value.type, emission)} END`
      : emitComparison(operator, left, row, value.type, emission);
  // The comparison with every row: false decides ALL, true decides ANY, and NULL leaves the result open.
  const fold = quantifier === "ANY" ? "bool_or" : "bool_and";
  const empty = quantifier === "ANY" ? "false" : "true";
  const decided = quantifier === "ANY" ? `${fold}(t)` : `NOT ${fold}(t)`;
  return `(SELECT CASE WHEN count(*) = 0 THEN ${empty} WHEN ${decided} THEN ${quantifier === "ANY"} WHEN count(t) < count(*) THEN NULL ELSE ${quantifier === "ALL"} END FROM (SELECT ${compared} AS t FROM (${emitQuery(query, emission)}) AS ${name}) AS ${emission.name("s")})`;
}
