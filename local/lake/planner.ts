import type { DuckDBConnection, DuckDBValue } from "@duckdb/node-api";
import type { GlueTable } from "@streaming-data-lake/terraform/types";
import { createCatalog } from "./catalog";
import { QueryError } from "./errors";
import { admit, comments, type LockedDuckdb, openLocked } from "./lock";
import type { Partition } from "./partitions";
import { quoteName } from "./quote";
import { columnsOf, pathColumn } from "./relation";

/** What a statement reads of one table, once for each place that it scans it. */
export interface Scan {
  readonly table: GlueTable;
  /** Columns of the output and of the filters. */
  readonly columns: readonly string[];
  /** Conditions on single rows of the table, as SQL. */
  readonly filters: readonly string[];
}

interface PlanNode {
  readonly name: string;
  readonly children?: readonly PlanNode[];
  readonly extra_info?: Readonly<Record<string, string | readonly string[]>>;
}

const list = (value: string | readonly string[] | undefined): readonly string[] =>
  value === undefined || value === "" ? [] : typeof value === "string" ? [value] : value;

const withoutTexts = (sql: string) => sql.replace(/'(?:[^']|'')*'/g, "''");

/** The names of `columns` that an expression mentions. */
const mentioned = (columns: readonly string[], expression: string): string[] => {
  const words = new Set(withoutTexts(expression).match(/[\p{L}\p{N}_$]+/gu) ?? []);
  return columns.filter((name) => words.has(name));
};

function scansOf(node: PlanNode, tables: readonly GlueTable[]): Scan[] {
  const below = (node.children ?? []).flatMap((child) => scansOf(child, tables));
  // DuckDB's plan quotes no part of `catalog.database.table`.
  const path = list(node.extra_info?.Table)[0];
  const table = tables.find(({ database, name }) => path?.endsWith(`.${database}.${name}`));
  if (!table || !node.extra_info) return below;
  const names = [...columnsOf(table).map((column) => column.name), pathColumn];
  // "optional" ones are implied by a filter above the scan.
  const filters = list(node.extra_info.Filters).map((filter) => filter.replace(/^optional: /, ""));
  const columns = new Set([...list(node.extra_info.Projections), ...mentioned(names, filters.join(" "))]);
  return [...below, { table, columns: [...columns], filters }];
}

/**
 * Says what a statement would read, by planning it over empty tables with the catalog's columns.
 *
 * It never touches the lake; that a statement is wrong shows here, before any object is opened.
 */
export class Planner {
  private constructor(
    private readonly duckdb: LockedDuckdb,
    private readonly tables: readonly GlueTable[],
  ) {}

  private get connection(): DuckDBConnection {
    return this.duckdb.connection;
  }

  static async create(tables: readonly GlueTable[]): Promise<Planner> {
    const duckdb = await openLocked(
      async (connection) => {
        await createCatalog(connection, tables);
        // What these do depends on the tables being empty, or hides a table behind another operator.
        await connection.run(
          "SET disabled_optimizers = 'statistics_propagation,late_materialization,compressed_materialization,join_filter_pushdown,top_n'",
        );
      },
      { options: { threads: "1" } },
    );
    return new Planner(duckdb, tables);
  }

  /**
   * @param statement The statement as its author wrote it, for messages that point at a place.
   * @param query What of it reads: the statement itself, or an INSERT's SELECT.
   * @throws QueryError when it is none that can run here; DuckDB's own error when it is wrong.
   */
  async plan(statement: string, query: string, params: DuckDBValue[], withPath: boolean): Promise<Scan[]> {
    for (const table of this.tables) {
      const columns = columnsOf(table).map(({ name, type }) => `${quoteName(name)} ${type}`);
      if (withPath) columns.push(`${quoteName(pathColumn)} VARCHAR`);
      await this.connection.run(
        `CREATE OR REPLACE TABLE ${quoteName(table.database)}.${quoteName(table.name)} (${columns.join(", ")})`,
      );
    }
    const admitted = await admit(this.connection, query);
    // DuckDB's message about what is wrong points at its place in the whole statement.
    await (await this.connection.extractStatements(statement)).prepare(0);
    if (!admitted) throw new QueryError("the statement is none that runs here");
    if (/^(?:SHOW|DESCRIBE|DESC|EXPLAIN)\b/i.test(query.replace(comments, ""))) return [];
    const reader = await this.connection.runAndReadAll(`EXPLAIN (FORMAT json) ${query}`, params);
    const nodes: PlanNode[] = JSON.parse(String(reader.getRowsJS()[0]?.[1]));
    return nodes.flatMap((node) => scansOf(node, this.tables));
  }

  /**
   * The partitions that a scan can find rows in, by its filters on the partition keys alone. A filter that can't be
   * told from the plan leaves all of them.
   */
  async prune(
    { table, filters: all }: Scan,
    partitions: readonly Partition[],
  ): Promise<readonly Partition[]> {
    const keys = table.partitionKeys.map(({ name }) => name);
    const others = [...table.columns.map(({ name }) => name), pathColumn];
    const filters = all.filter(
      (filter) => mentioned(keys, filter).length > 0 && mentioned(others, filter).length === 0,
    );
    if (filters.length === 0 || partitions.length === 0) return partitions;
    const values = partitions.map(
      ({ values: of }, index) =>
        `(${index}, ${keys.map((key) => `'${(of[key] ?? "").replaceAll("'", "''")}'`).join(", ")})`,
    );
    const typed = columnsOf(table)
      .filter(({ name }) => keys.includes(name))
      .map(({ name, type }) => `CAST(${quoteName(name)} AS ${type}) AS ${quoteName(name)}`);
    const source = `(VALUES ${values.join(", ")}) AS partition(partition_index, ${keys.map(quoteName).join(", ")})`;
    try {
      const reader = await this.connection.runAndReadAll(
        `SELECT partition_index FROM (SELECT partition_index, ${typed.join(", ")} FROM ${source}) WHERE ${filters.map((filter) => `(${filter})`).join(" AND ")}`,
      );
      const kept = new Set(reader.getRowsJS().map(([index]) => Number(index)));
      return partitions.filter((_, index) => kept.has(index));
    } catch {
      return partitions;
    }
  }

  interrupt(): void {
    this.connection.interrupt();
  }

  close(): void {
    this.duckdb.close();
  }
}
