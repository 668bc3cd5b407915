import type { BoundRelation, Expr } from "../bind/tree";
import { fieldOf } from "../types/duckdb";
import { quoteName } from "../types/quote";
import { columnName, cteName, type Emission } from "./context";
import { emitExpr } from "./expressions";
import { emitQuery } from "./queries";

/** A relation as it stands in FROM. */
export function emitRelation(relation: BoundRelation, emission: Emission): string {
  switch (relation.kind) {
    case "oneRow":
      return `(SELECT 1 AS one) AS ${emission.name("r")}`;
    case "table": {
      const used = relation.columns.filter(({ id }) => relation.used.has(id));
      const columns = used.map(({ id, name }) => `${quoteName(name)} AS ${columnName(id)}`);
      return `(SELECT ${columns.length > 0 ? columns.join(", ") : "1 AS one"} FROM ${emission.tableSource(relation)}) AS ${emission.name("r")}`;
    }
    case "subquery":
      return `${relation.lateral ? "LATERAL " : ""}(${emitQuery(relation.query, emission)}) AS ${emission.name("r")}`;
    case "cte": {
      const columns = relation.cte.outputs.map(
        ({ id }, index) => `${columnName(id)} AS ${columnName(relation.outputs[index]?.id ?? id)}`,
      );
      return `(SELECT ${columns.join(", ")} FROM ${cteName(relation.cte)}) AS ${emission.name("r")}`;
    }
    case "join":
      return emitJoin(relation, emission);
    case "unnest":
      return `${emitUnnest(relation, emission)} AS ${emission.name("r")}`;
    case "sample": {
      const { percentage, method } = relation;
      const rate = emitExpr(percentage, emission);
      if (method === "SYSTEM" || percentage.kind !== "constant" || percentage.value === null)
        return `(SELECT * FROM ${emitRelation(relation.relation, emission)} WHERE random() * 100 < ${rate}) AS ${emission.name("r")}`;
      return `(SELECT * FROM ${emitRelation(relation.relation, emission)} TABLESAMPLE BERNOULLI (${Number(percentage.value)} PERCENT)) AS ${emission.name("r")}`;
    }
  }
}

function emitJoin(relation: Extract<BoundRelation, { kind: "join" }>, emission: Emission): string {
  const left = emitRelation(relation.left, emission);
  const right = emitRelation(relation.right, emission);
  const side = relation.right.kind === "join" ? `(${right})` : right;
  if (relation.type === "CROSS") return `${left} CROSS JOIN ${side}`;
  const condition = relation.condition ? emitExpr(relation.condition, emission) : "true";
  return `${left} ${relation.type} JOIN ${side} ON ${condition}`;
}

/** Arrays and maps side by side, the shorter ones filled up with NULL, as rows. */
function emitUnnest(relation: Extract<BoundRelation, { kind: "unnest" }>, emission: Emission): string {
  const lists = relation.items.map(({ expr }) => listOf(expr, emission));
  const names = lists.map(() => emission.name("e"));
  const number = relation.ordinality ? columnName(relation.ordinality.id) : emission.name("n");
  const longest =
    lists.length === 1
      ? `len(${lists[0]})`
      : `greatest(${lists.map((list) => `coalesce(len(${list}), 0)`).join(", ")})`;
  const columns = relation.items.flatMap((item, index) => {
    const value = names[index] ?? "NULL";
    const { type } = item.expr;
    if (type.kind === "map")
      return item.outputs.map(
        ({ id }, part) => `struct_extract(${value}, '${part === 0 ? "key" : "value"}') AS ${columnName(id)}`,
      );
    if (item.asRow) return item.outputs.map(({ id }) => `${value} AS ${columnName(id)}`);
    return item.outputs.map(
      ({ id }, part) => `struct_extract(${value}, '${fieldOf(part)}') AS ${columnName(id)}`,
    );
  });
  const counted = `SELECT unnest(range(1, ${longest} + 1)) AS ${number}`;
  const elements = lists.map((list, index) => `list_extract(${list}, ${number}) AS ${names[index]}`);
  const shown = relation.ordinality ? [...columns, number] : columns;
  return `LATERAL (SELECT ${shown.join(", ")} FROM (SELECT ${number}, ${elements.join(", ")} FROM (${counted}) AS ${emission.name("r")}) AS ${emission.name("r")})`;
}

function listOf(expr: Expr, emission: Emission): string {
  const sql = emitExpr(expr, emission);
  return expr.type.kind === "map" ? `map_entries(${sql})` : sql;
}
