import { randomUUID } from "node:crypto";
import type { DuckDBConnection, DuckDBValue } from "@duckdb/node-api";
import type { GlueTable } from "@streaming-data-lake/terraform/types";
import { toDuckdbDialect } from "./dialect";
import { QueryError, toQueryError } from "./errors";
import { Footers } from "./footers";
import { quoteName } from "./hive-types";
import { insertInto, parseInsert } from "./insert";
import { type LakeObject, listObjects, listPartitions, type Partition } from "./partitions";
import type { Planner, Scan } from "./planner";
import { formatOf, pathColumn, relationOf } from "./relation";
import type { QueryOptions, QueryResult, TableScan } from "./result";
import { athenaType, toValue } from "./values";

/** Runs statements one at a time: plans each over empty tables, lays the tables over the objects it needs, answers. */
export class Engine {
  private readonly footers: Footers;

  constructor(
    private readonly tables: readonly GlueTable[],
    private readonly lakeFolder: string,
    private readonly now: () => Date,
    private readonly planner: Planner,
    private readonly connection: DuckDBConnection,
  ) {
    this.footers = new Footers(connection);
  }

  async query(
    sql: string,
    params: DuckDBValue[],
    { executionId = randomUUID() }: QueryOptions,
  ): Promise<QueryResult> {
    const started = performance.now();
    const statement = toDuckdbDialect(sql.trim().replace(/;\s*$/, ""));
    if (statement === "") throw new QueryError("the statement is empty");
    try {
      const insert = parseInsert(statement);
      const withPath = statement.includes(`"${pathColumn}"`);
      const scans = await this.planner.plan(statement, insert?.query ?? statement, params, withPath);
      const scanned = await this.prepareTables(statement, scans, withPath);
      const target = insert && this.tables.find(({ name }) => name === insert.table);
      const { columns, rows } =
        insert && target
          ? inserted(
              await insertInto(this.connection, target, insert, {
                lakeFolder: this.lakeFolder,
                params,
                executionId,
              }),
            )
          : await this.select(statement, params);
      return { columns, rows, statistics: { milliseconds: performance.now() - started, ...scanned } };
    } catch (error) {
      throw toQueryError(
        error,
        this.tables.map(({ name }) => name),
      );
    }
  }

  /** Runs what `signal` may stop. An interrupt that comes before DuckDB has begun is lost, so it is given again. */
  async interruptible<Result>(run: () => Promise<Result>, signal: AbortSignal): Promise<Result> {
    signal.throwIfAborted();
    let timer: NodeJS.Timeout | undefined;
    const interrupt = () => {
      this.connection.interrupt();
      timer = setTimeout(interrupt, 50);
    };
    signal.addEventListener("abort", interrupt);
    try {
      return await run();
    } catch (error) {
      throw signal.aborted ? signal.reason : error;
    } finally {
      signal.removeEventListener("abort", interrupt);
      clearTimeout(timer);
    }
  }

  private async select(sql: string, params: DuckDBValue[]) {
    const reader = await this.connection.runAndReadAll(sql, params);
    const names = reader.deduplicatedColumnNames();
    const columns = reader
      .columnTypes()
      .map((type, index) => ({ name: names[index] ?? "", type: athenaType(type) }));
    const rows = reader
      .getRows()
      .map((row) => Object.fromEntries(row.map((value, index) => [names[index], toValue(value)])));
    return { columns, rows };
  }

  /** Lays the tables that a statement names over the objects that it needs, and tells which. */
  private async prepareTables(
    statement: string,
    scans: readonly Scan[],
    withPath: boolean,
  ): Promise<{ bytesScanned: number; tables: TableScan[] }> {
    const text = statement.toLowerCase();
    const tables: TableScan[] = [];
    let bytesScanned = 0;
    for (const table of this.tables) {
      const ofTable = scans.filter((scan) => scan.table === table.name);
      // A table that is named and not in the plan is left whole.
      const isNamed = ofTable.length > 0 || text.includes(table.name);
      const partitions = isNamed ? await listPartitions(table, this.lakeFolder, this.now()) : [];
      const kept = await Promise.all(ofTable.map((scan) => this.planner.prune(table, scan, partitions)));
      const opened = ofTable.length > 0 ? [...new Set(kept.flat())] : partitions;
      const objects = new Map<Partition, LakeObject[]>();
      for (const partition of opened) objects.set(partition, await listObjects(partition));
      await this.layOver(table, [...objects.values()].flat(), withPath);
      for (const [index, scan] of ofTable.entries())
        for (const partition of kept[index] ?? [])
          for (const object of objects.get(partition) ?? [])
            bytesScanned += this.bytesOf(table, object, scan);
      if (ofTable.length > 0)
        tables.push({
          table: table.name,
          partitions: opened.length,
          partitionsInAll: partitions.length,
          objects: [...objects.values()].flat().length,
        });
    }
    return { bytesScanned, tables };
  }

  private async layOver(table: GlueTable, objects: readonly LakeObject[], withPath: boolean): Promise<void> {
    if (objects.length > 0 && formatOf(table) === "parquet") await this.footers.load(objects);
    const { footers, lakeFolder } = this;
    const relation = relationOf(table, { objects, footers, lakeFolder, withPath });
    const name = `awsdatacatalog.${quoteName(table.database)}.${quoteName(table.name)}`;
    await this.connection.run(`CREATE OR REPLACE VIEW ${name} AS ${relation}`);
  }

  private bytesOf(table: GlueTable, object: LakeObject, scan: Scan): number {
    return formatOf(table) === "parquet" ? this.footers.bytesOf(object, scan.columns) : object.bytes;
  }
}

const inserted = (rows: number) => ({ columns: [{ name: "rows", type: "bigint" }], rows: [{ rows }] });
