import type { DuckDBConnection } from "@duckdb/node-api";
import { nullPartition } from "../catalog/partition-names";
import { quoteText } from "../quote";
import type { PartitionFilter } from "../reading/partitions";
import type { BoundQuery, Expr, TableRelation } from "../trino/bind/tree";
import { collectFilters } from "../trino/bind/tree/filters";
import { childrenOf } from "../trino/bind/tree/visit";
import { emissionOf } from "../trino/compile";
import { emitExpr, emittedColumn, noTable } from "../trino/emit/context";
import type { EmitContext } from "../trino/functions/registry";
import { registerFunctions } from "../trino/functions/registry";
import { duckdbTypeText } from "../trino/types/duckdb";
import { varchar } from "../trino/types/types";

/** Returns the partition filter of each scan of a query, made of those conditions that use only the partition keys. */
export function filtersOf(
  query: BoundQuery,
  connection: DuckDBConnection,
  session: EmitContext["session"],
): (scan: TableRelation) => PartitionFilter {
  const conditions = collectFilters(query);
  return (scan) => new ScanFilter(scan, conditions.get(scan) ?? [], connection, session);
}

class ScanFilter implements PartitionFilter {
  private readonly keys;

  constructor(
    scan: TableRelation,
    private readonly conditions: readonly Expr[],
    private readonly connection: DuckDBConnection,
    private readonly session: EmitContext["session"],
  ) {
    this.keys = scan.columns.filter(({ column }) => column.partitionKey);
  }

  /** When a condition fails here, the partitions are kept, so that the statement itself reports the error. */
  async keep(partitions: readonly (readonly string[])[], known: number) {
    const ids = new Set(this.keys.slice(0, known).map(({ id }) => id));
    const last = this.keys[known - 1]?.id ?? -1;
    const applicable = this.conditions.filter((condition) => {
      const over = columnsOf(condition);
      return [...over].every((id) => ids.has(id)) && (known === this.keys.length || over.has(last));
    });
    if (applicable.length === 0 || partitions.length === 0) return partitions;
    try {
      return await this.holding(applicable, partitions, known);
    } catch {
      return partitions;
    }
  }

  private async holding(
    conditions: readonly Expr[],
    partitions: readonly (readonly string[])[],
    known: number,
  ): Promise<readonly (readonly string[])[]> {
    const keys = this.keys.slice(0, known);
    const emission = emissionOf(this.session, noTable);
    const where = conditions.map((condition) => emitExpr(condition, emission)).join(" AND ");
    const names = keys.map((_, index) => `k${index}`);
    const items = keys.map(
      ({ id, type }, index) => `CAST(k${index} AS ${duckdbTypeText(type)}) AS ${emittedColumn(id)}`,
    );
    registerFunctions(this.connection, emission.functions.values());
    const found: (readonly string[])[] = [];
    for (let start = 0; start < partitions.length; start += partitionsAtOnce) {
      const some = partitions.slice(start, start + partitionsAtOnce);
      const rows = some.map((texts, index) => `(${[String(index), ...texts.map(textSql)].join(", ")})`);
      const reader = await this.connection.runAndReadAll(
        `SELECT n FROM (SELECT n, ${items.join(", ")} FROM (VALUES ${rows.join(", ")}) AS v(${["n", ...names].join(", ")})) AS p WHERE ${where} ORDER BY n`,
      );
      for (const [index] of reader.getRows()) found.push(some[Number(index)] ?? []);
    }
    return found;
  }

  async valuesOf(key: number): Promise<readonly string[] | undefined> {
    const id = this.keys[key]?.id;
    if (id === undefined) return undefined;
    for (const condition of this.conditions) {
      const exprs = valuesFor(condition, id);
      if (exprs) return this.texts(exprs);
    }
    return undefined;
  }

  private async texts(exprs: readonly Expr[]): Promise<readonly string[]> {
    if (exprs.length === 0) return [];
    const emission = emissionOf(this.session, noTable);
    const items = exprs.map((value) =>
      emitExpr({ kind: "cast", type: varchar, value, safe: false }, emission),
    );
    registerFunctions(this.connection, emission.functions.values());
    const reader = await this.connection.runAndReadAll(`SELECT ${items.join(", ")}`);
    const texts = (reader.getRows()[0] ?? []).filter((value) => value !== null).map(String);
    return [...new Set(texts)];
  }
}

const partitionsAtOnce = 5_000;

const textSql = (text: string) => (text === nullPartition ? "NULL" : quoteText(text));

function columnsOf(expr: Parameters<typeof childrenOf>[0], ids = new Set<number>()): ReadonlySet<number> {
  if (expr.kind === "column") ids.add(expr.id);
  for (const child of childrenOf(expr)) columnsOf(child, ids);
  return ids;
}

/**
 * The expressions to one of which a condition makes the column equal. Undefined when the condition does not list such
 * values.
 */
function valuesFor(condition: Expr, id: number): readonly Expr[] | undefined {
  const isColumn = (expr: Expr): boolean =>
    expr.kind === "column" ? expr.id === id : expr.kind === "cast" && isColumn(expr.value);
  const isValue = (expr: Expr) => columnsOf(expr).size === 0;
  switch (condition.kind) {
    case "comparison": {
      if (condition.operator !== "=") return undefined;
      if (isColumn(condition.left) && isValue(condition.right)) return [condition.right];
      return isColumn(condition.right) && isValue(condition.left) ? [condition.left] : undefined;
    }
    case "in":
      return isColumn(condition.value) && condition.items.every(isValue) ? condition.items : undefined;
    case "between": {
      const { value, min, max } = condition;
      return isColumn(value) && JSON.stringify(min, exact) === JSON.stringify(max, exact) && isValue(min)
        ? [min]
        : undefined;
    }
    case "logical": {
      const lists = condition.terms.map((term) => valuesFor(term, id));
      if (condition.operator === "AND") return lists.find((list) => list !== undefined);
      return lists.every((list) => list !== undefined) ? lists.flat() : undefined;
    }
    default:
      return undefined;
  }
}

const exact = (_: string, value: unknown) => (typeof value === "bigint" ? `${value}n` : value);
