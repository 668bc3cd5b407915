import { randomUUID } from "node:crypto";
import { resolve } from "node:path";
import { type DuckDBConnection, DuckDBInstance, type DuckDBValue } from "@duckdb/node-api";
import type { GlueTable, Stack } from "../stack/types";
import { createCatalog } from "./catalog";
import { toDuckdbDialect } from "./dialect";
import { QueryError, toQueryError } from "./errors";
import { Footers } from "./footers";
import { quoteName, quoteText } from "./hive-types";
import { insertInto, parseInsert } from "./insert";
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
}

export interface QueryOptions {
  /** Begins the names of the objects that an `INSERT INTO` writes. @default a random UUID */
  readonly executionId?: string;
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
      const result = last.then(() => engine.query(sql, [...params], options));
      last = result.catch(() => undefined);
      return result;
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
      const bytesScanned = await this.prepareTables(statement, scans, withPath);
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
      return { columns, rows, statistics: { milliseconds: performance.now() - started, bytesScanned } };
    } catch (error) {
      throw toQueryError(
        error,
        this.tables.map(({ name }) => name),
      );
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

  /** Lays the tables that a statement names over the objects it needs, and counts their bytes. */
  private async prepareTables(statement: string, scans: readonly Scan[], withPath: boolean): Promise<number> {
    let bytesScanned = 0;
    const text = statement.toLowerCase();
    for (const table of this.tables) {
      const ofTable = scans.filter((scan) => scan.table === table.name);
      const isNamed = ofTable.length > 0 || text.includes(table.name);
      const partitions = isNamed ? await listPartitions(table, this.lakeFolder, this.now()) : [];
      const objects = new Map<Partition, LakeObject[]>();
      // A table that the plan does not scan is left whole: its rows do not matter, its columns do.
      const kept =
        ofTable.length === 0
          ? [partitions]
          : await Promise.all(ofTable.map((scan) => this.planner.prune(table, scan, partitions)));
      for (const partition of new Set(kept.flat())) objects.set(partition, await listObjects(partition));
      const all = [...objects.values()].flat();
      if (all.length > 0 && formatOf(table) === "parquet") await this.footers.load(all);
      const relation = relationOf(table, {
        objects: all,
        footers: this.footers,
        lakeFolder: this.lakeFolder,
        withPath,
      });
      await this.connection.run(
        `CREATE OR REPLACE VIEW awsdatacatalog.${quoteName(table.database)}.${quoteName(table.name)} AS ${relation}`,
      );
      for (const [index, scan] of ofTable.entries())
        for (const object of kept[index]?.flatMap((partition) => objects.get(partition) ?? []) ?? [])
          bytesScanned +=
            formatOf(table) === "parquet" ? this.footers.bytesOf(object, scan.columns) : object.bytes;
    }
    return bytesScanned;
  }
}

const inserted = (rows: number) => ({ columns: [{ name: "rows", type: "bigint" }], rows: [{ rows }] });
