import { randomUUID } from "node:crypto";
import { resolve } from "node:path";
import { type DuckDBConnection, DuckDBInstance, type DuckDBValue } from "@duckdb/node-api";
import type { GlueTable, Stack } from "../stack/types";
import { createCatalog } from "./catalog";
import { toDuckdbDialect } from "./dialect";
import { QueryError, toQueryError } from "./errors";
import { Footers } from "./footers";
import { quoteName, quoteText } from "./hive-types";
import { insertInto, parseInsert, removeObjects } from "./insert";
import { type LakeObject, listObjects, listPartitions, type Partition } from "./partitions";
import { Planner, type Scan } from "./planner";
import { formatOf, pathColumn, relationOf } from "./relation";
import { athenaType, toValue, type Value } from "./values";

export type Row = Readonly<Record<string, Value>>;

export interface QueryColumn {
  readonly name: string;
  /** As Athena names it, such as `varchar`, `double` or `timestamp`. */
  readonly type: string;
}

export interface QueryResult {
  /** A name that comes twice has `:1`, `:2`, … appended. */
  readonly columns: readonly QueryColumn[];
  readonly rows: readonly Row[];
  readonly statistics: QueryStatistics;
}

export interface QueryStatistics {
  readonly milliseconds: number;
  /**
   * What Athena would read and charge, estimated: compressed chunks of the columns touched for Parquet, whole objects
   * for JSON, of the partitions that the statement's filters leave.
   */
  readonly bytesScanned: number;
  /** The tables that the statement reads. */
  readonly tables: readonly TableScan[];
}

export interface TableScan {
  readonly table: string;
  /** Partitions that the filters leave, of those that there are; a table without partitions is one. */
  readonly partitions: number;
  readonly partitionsInAll: number;
  readonly objects: number;
}

export interface QueryOptions {
  /** Begins the names of the objects that an `INSERT INTO` writes. @default a random UUID */
  readonly executionId?: string;
  /** Stops the statement; its promise is rejected with the signal's reason. */
  readonly signal?: AbortSignal;
}

export interface Lake {
  readonly tables: readonly GlueTable[];
  /**
   * Runs one statement: SELECT, SHOW, DESCRIBE, EXPLAIN or INSERT INTO. It sees the objects that are there when it
   * begins. Statements given at once run one after the other.
   *
   * @param params Values of the statement's `?`, in their order.
   * @throws QueryError when the statement is wrong or can't run here.
   */
  query(
    sql: string,
    params?: readonly (string | number | boolean | null)[],
    options?: QueryOptions,
  ): Promise<QueryResult>;
  /**
   * Removes the objects that an `INSERT INTO` under an execution id has written.
   *
   * @returns How many there were.
   */
  removeInserted(sql: string, executionId: string): Promise<number>;
  close(): void;
}

export interface LakeOptions {
  /** What `NOW` is in the range of a partition projection. @default the system's clock */
  readonly now?: () => Date;
}

/**
 * Opens the tables of a stack over the objects at `<lakeFolder>/<bucket>/<key>`. Nothing outside of that folder can
 * be read or written by a statement.
 */
export async function openLake(
  stack: Pick<Stack, "tables">,
  lakeFolder: string,
  { now = () => new Date() }: LakeOptions = {},
): Promise<Lake> {
  const folder = resolve(lakeFolder);
  const planner = await Planner.create(stack.tables);
  const instance = await DuckDBInstance.create(":memory:", {
    autoinstall_known_extensions: "false",
    autoload_known_extensions: "false",
  });
  const connection = await instance.connect();
  await createCatalog(connection, stack.tables);
  await connection.run(`SET allowed_directories = [${quoteText(`${folder}/`)}]`);
  await connection.run("SET enable_external_access = false");
  await connection.run("SET lock_configuration = true");
  const engine = new Engine(stack.tables, folder, now, planner, connection);

  let last: Promise<unknown> = Promise.resolve();
  return {
    tables: stack.tables,
    query(sql, params = [], options = {}) {
      const run = () => engine.query(sql, [...params], options);
      const result = last.then(() => (options.signal ? engine.interruptible(run, options.signal) : run()));
      last = result.catch(() => undefined);
      return result;
    },
    async removeInserted(sql, executionId) {
      const target = parseInsert(sql)?.table;
      const table = stack.tables.find(({ name }) => name === target);
      return table ? removeObjects(table, folder, executionId) : 0;
    },
    close() {
      planner.close();
      connection.closeSync();
      instance.closeSync();
    },
  };
}

class Engine {
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
