import type { BoundRelation, Expr } from "../bind/tree";
import { expressionKey } from "../bind/tree/key";
import { columnsOf } from "../bind/tree/outer-columns";
import { collect, isColumn, isSubquery } from "../bind/tree/visit";
import { fieldOf } from "../types/duckdb";
import { TrinoError } from "../types/errors";
import { isCut } from "../types/types";
import { emitCondition } from "./conditions/conditions";
import { cteName, type Emission, emitExpr, emitQuery, emittedColumn } from "./context";
import { failure } from "./failure";

/** Writes an item of FROM. */
export function emitRelation(relation: BoundRelation, emission: Emission): string {
  switch (relation.kind) {
    case "oneRow":
      return `(SELECT 1 AS one) AS ${emission.name("r")}`;
    case "table": {
      const { sql, hasWhole = false } = emission.tableSource(relation);
      if (hasWhole) for (const { id, type } of relation.columns) if (isCut(type)) emission.whole.add(id);
      return `${sql} AS ${emission.name("r")}`;
    }
    case "subquery":
      return `${relation.lateral ? "LATERAL " : ""}(${emitQuery(relation.query, emission)}) AS ${emission.name("r")}`;
    case "cte": {
      const columns = relation.cte.outputs.map((output, index) => {
        const id = relation.outputs[index]?.id ?? output.id;
        // Each round of a recursive query may make its numbers longer.
        if (!relation.cte.recursive) emission.isAlso(id, output);
        return `${emittedColumn(output.id)} AS ${emittedColumn(id)}`;
      });
      return `(SELECT ${columns.join(", ")} FROM ${cteName(relation.cte)}) AS ${emission.name("r")}`;
    }
    case "join":
      return emitJoin(relation, emission);
    case "unnest":
      return `${emitUnnest(relation, emission)} AS ${emission.name("r")}`;
    case "sequence": {
      const { start, stop, step, output } = relation;
      const numbers = emission.name("s");
      return `(SELECT CAST(${numbers}.n AS BIGINT) AS ${emittedColumn(output.id)} FROM generate_series(${start}, ${stop}, ${step}) AS ${numbers}(n)) AS ${emission.name("r")}`;
    }
    case "sample": {
      const { percentage, method } = relation;
      const rate = emitExpr(percentage, emission);
      if (method === "SYSTEM" || percentage.kind !== "constant" || percentage.value === null)
        return `(SELECT * FROM ${emitRelation(relation.relation, emission)} WHERE random() * 100 < ${checkedRate(rate)}) AS ${emission.name("r")}`;
      return `(SELECT * FROM ${emitRelation(relation.relation, emission)} TABLESAMPLE BERNOULLI (${Number(percentage.value)} PERCENT)) AS ${emission.name("r")}`;
    }
  }
}

/** A sample's percentage that is computed. */
function checkedRate(rate: string): string {
  const fail = (code: string, what: string) => failure("DOUBLE", code, `Sample percentage ${what}`);
  const tooLarge = fail("NUMERIC_VALUE_OUT_OF_RANGE", "must be less than or equal to 100");
  const negative = fail("NUMERIC_VALUE_OUT_OF_RANGE", "must be greater than or equal to 0");
  return `(CASE WHEN ${rate} > 100 THEN ${tooLarge} WHEN ${rate} < 0 THEN ${negative} WHEN ${rate} IS NULL THEN ${fail("INVALID_ARGUMENTS", "cannot be NULL")} ELSE ${rate} END)`;
}

function emitJoin(relation: Extract<BoundRelation, { kind: "join" }>, emission: Emission): string {
  const { type, condition } = relation;
  const left = emitRelation(relation.left, emission);
  const right = emitRelation(relation.right, emission);
  const side = relation.right.kind === "join" ? `(${right})` : right;
  if (type === "CROSS") return `${left} CROSS JOIN ${side}`;
  if (!condition) return `${left} ${type} JOIN ${side} ON true`;
  const subqueries = type === "INNER" ? [] : collect(condition, isSubquery);
  if (subqueries.length === 0) return `${left} ${type} JOIN ${side} ON ${emitCondition(condition, emission)}`;
  const ofRight = new Set(columnsOf(relation.right));
  const names = new Map(subqueries.map((subquery) => [expressionKey(subquery), emission.name("s")]));
  // DuckDB takes no subquery in the condition of an outer join, so the rows of one side come with its result.
  const withResults = (sql: string, some: readonly Expr[]) => {
    const columns = some.map((one) => `${emitExpr(one, emission)} AS ${names.get(expressionKey(one))}`);
    return columns.length === 0
      ? sql
      : `(SELECT *, ${columns.join(", ")} FROM ${sql}) AS ${emission.name("r")}`;
  };
  const onSide = (which: "left" | "right") => subqueries.filter((one) => sideOf(one, ofRight) === which);
  const [rows, others] = [withResults(left, onSide("left")), withResults(side, onSide("right"))];
  const on = emission.within(names, () => emitCondition(condition, emission));
  return `${rows} ${type} JOIN ${others} ON ${on}`;
}

/** The side of an outer join whose columns a subquery is compared with. */
function sideOf(subquery: Expr, ofRight: ReadonlySet<number>): "left" | "right" {
  const [readsRight, another] = new Set(collect(subquery, isColumn).map(({ id }) => ofRight.has(id)));
  if (another !== undefined)
    throw new TrinoError(
      "NOT_SUPPORTED",
      "A subquery that is compared with columns of both sides is not supported in the condition of an outer join",
    );
  return readsRight ? "right" : "left";
}

/** Writes UNNEST: arrays and maps become rows, side by side. The shorter ones are filled with NULL. */
function emitUnnest(relation: Extract<BoundRelation, { kind: "unnest" }>, emission: Emission): string {
  const { items, ordinality } = relation;
  const lists = items.map(({ expr }) => listOf(expr, emission));
  const [first] = lists;
  const alone = lists.length === 1 && !ordinality && first !== undefined;
  const columns = items.flatMap((item, index) => {
    const value = alone ? "e" : `struct_extract(e, 'e${index}')`;
    const field = (part: number) => {
      if (item.expr.type.kind === "map") return part === 0 ? "key" : "value";
      return fieldOf(part);
    };
    return item.outputs.map(({ id }, part) =>
      item.asRow
        ? `${value} AS ${emittedColumn(id)}`
        : `struct_extract(${value}, '${field(part)}') AS ${emittedColumn(id)}`,
    );
  });
  if (ordinality) columns.push(`struct_extract(e, 'n') AS ${emittedColumn(ordinality.id)}`);
  const elements = alone ? `SELECT unnest(${first}) AS e` : zipped(lists, emission);
  return `LATERAL (SELECT ${columns.length > 0 ? columns.join(", ") : "1 AS one"} FROM (${elements}) AS ${emission.name("r")})`;
}

/**
 * The elements of several lists, side by side, with their position. Each list is computed once before its elements are
 * read.
 */
function zipped(lists: readonly string[], emission: Emission): string {
  const names = lists.map(() => emission.name("l"));
  const lengths = names.map((name) => `coalesce(len(${name}), 0)`);
  const longest = lengths.length === 1 ? lengths[0] : `greatest(${lengths.join(", ")})`;
  const number = emission.variable();
  const fields = names.map((name, index) => `e${index} := list_extract(${name}, ${number})`);
  const rows = `list_transform(range(1, ${longest} + 1), lambda ${number}: struct_pack(n := ${number}, ${fields.join(", ")}))`;
  const made = lists.map((list, index) => `${list} AS ${names[index]}`).join(", ");
  return `SELECT unnest(${rows}) AS e FROM (SELECT ${made}) AS ${emission.name("r")}`;
}

function listOf(expr: Expr, emission: Emission): string {
  const sql = emitExpr(expr, emission);
  return expr.type.kind === "map" ? `map_entries(${sql})` : sql;
}
