import { resolve } from "node:path";
import { DuckDBInstance } from "@duckdb/node-api";
import type { GlueTable, Stack } from "@streaming-data-lake/terraform/types";
import { createCatalog } from "./catalog";
import { Engine } from "./engine";
import { quoteText } from "./hive-types";
import { parseInsert, removeObjects } from "./insert";
import { Planner } from "./planner";
import type { QueryOptions, QueryResult } from "./result";

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
