import { type DuckDBConnection, DuckDBInstance, type DuckDBValue, StatementType } from "@duckdb/node-api";
import type { GlueTable } from "@streaming-data-lake/terraform/types";
import { createCatalog } from "./catalog";
import { QueryError } from "./errors";
import { quoteName } from "./hive-types";
import type { Partition } from "./partitions";
import { columnsOf, pathColumn } from "./relation";

/** What a statement reads of one table, once for each place that it scans it. */
export interface Scan {
  readonly table: string;
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
  const name = list(node.extra_info?.Table)[0]?.split(".").at(-1);
  const table = tables.find((candidate) => candidate.name === name);
  if (!table || !node.extra_info) return below;
  const names = [...columnsOf(table).map((column) => column.name), pathColumn];
  // "optional" ones are implied by a filter above the scan.
  const filters = list(node.extra_info.Filters).map((filter) => filter.replace(/^optional: /, ""));
  const columns = new Set([...list(node.extra_info.Projections), ...mentioned(names, filters.join(" "))]);
  return [...below, { table: table.name, columns: [...columns], filters }];
}

/**
 * Says what a statement would read, by planning it over empty tables with the catalog's columns.
 *
 * It never touches the lake; that a statement is wrong shows here, before any object is opened.
 */
export class Planner {
  private constructor(
    private readonly instance: DuckDBInstance,
    private readonly connection: DuckDBConnection,
    private readonly tables: readonly GlueTable[],
  ) {}

  static async create(tables: readonly GlueTable[]): Promise<Planner> {
    const instance = await DuckDBInstance.create(":memory:", { threads: "1" });
    const connection = await instance.connect();
    await createCatalog(connection, tables);
    // What these do depends on the tables being empty, or hides a table behind another operator.
    await connection.run(
      "SET disabled_optimizers = 'statistics_propagation,late_materialization,compressed_materialization,join_filter_pushdown,top_n'",
    );
    return new Planner(instance, connection, tables);
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
    const statements = await this.connection.extractStatements(statement);
    if (statements.count !== 1)
      throw new QueryError(`one statement at a time, as on Athena; these are ${statements.count}`);
    const { statementType } = await statements.prepare(0);
    if (statementType === StatementType.EXPLAIN) return [];
    if (statementType !== StatementType.SELECT && statementType !== StatementType.INSERT)
      throw new QueryError(
        `${StatementType[statementType]} statements don't run here, only SELECT, SHOW, DESCRIBE, EXPLAIN and INSERT INTO: the catalog's tables come from the stack`,
      );
    if (/^\s*(?:SHOW|DESCRIBE|DESC|SUMMARIZE)\b/i.test(query)) return [];
    const reader = await this.connection.runAndReadAll(`EXPLAIN (FORMAT json) ${query}`, params);
    const nodes: PlanNode[] = JSON.parse(String(reader.getRowsJS()[0]?.[1]));
    return nodes.flatMap((node) => scansOf(node, this.tables));
  }

  /**
   * The partitions that a scan can find rows in, by its filters on the partition keys alone. A filter that can't be
   * told from the plan leaves all of them.
   */
  async prune(table: GlueTable, scan: Scan, partitions: readonly Partition[]): Promise<readonly Partition[]> {
    const keys = table.partitionKeys.map(({ name }) => name);
    const others = [...table.columns.map(({ name }) => name), pathColumn];
    const filters = scan.filters.filter(
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

  close(): void {
    this.connection.closeSync();
    this.instance.closeSync();
  }
}
