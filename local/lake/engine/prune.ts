import type { DuckDBConnection } from "@duckdb/node-api";
import type { Partition } from "../partitions";
import type { BoundQuery, Expr, TableScan } from "../trino/bind/tree";
import { collectFilters } from "../trino/bind/tree/filters";
import { emissionOf } from "../trino/compile";
import { columnName, emitExpr } from "../trino/emit/context";
import type { EmitContext } from "../trino/functions/registry";
import { registerFunctions } from "../trino/functions/registry";
import { duckdbTypeText } from "../trino/types/duckdb";
import { quoteText } from "../trino/types/quote";
import type { Prune } from "./sources";

/**
 * Leaves the partitions for which a statement's conditions on the partition keys alone can hold. A condition that fails is
 * left to the statement itself.
 */
export function pruneBy(
  query: BoundQuery,
  connection: DuckDBConnection,
  session: EmitContext["session"],
): Prune {
  const filters = collectFilters(query);
  return async (scan, partitions) => {
    const conditions = filters.get(scan) ?? [];
    if (conditions.length === 0 || partitions.length === 0) return partitions;
    try {
      return await kept(scan, conditions, partitions, connection, session);
    } catch {
      return partitions;
    }
  };
}

async function kept(
  scan: TableScan,
  conditions: readonly Expr[],
  partitions: readonly Partition[],
  connection: DuckDBConnection,
  session: EmitContext["session"],
): Promise<readonly Partition[]> {
  const emission = emissionOf(session, () => "");
  const keys = scan.columns.filter(({ column }) => column.partitionKey);
  const where = conditions.map((condition) => emitExpr(condition, emission)).join(" AND ");
  const rows = partitions.map(
    ({ values }, index) =>
      `(${[String(index), ...keys.map(({ name, type }) => `CAST(${quoteText(values[name] ?? "")} AS ${duckdbTypeText(type)})`)].join(", ")})`,
  );
  const names = ["n", ...keys.map(({ id }) => columnName(id))];
  registerFunctions(connection, emission.functions.values());
  const reader = await connection.runAndReadAll(
    `SELECT n FROM (VALUES ${rows.join(", ")}) AS p(${names.join(", ")}) WHERE ${where}`,
  );
  const found = new Set(reader.getRows().map(([index]) => Number(index)));
  return partitions.filter((_, index) => found.has(index));
}
