import { resolve } from "node:path";
import type { GlueTable, Stack } from "@streaming-data-lake/terraform/types";
import { createCatalog } from "./catalog";
import { Engine } from "./engine";
import { parseInsert, removeObjects } from "./insert";
import { openLocked } from "./lock";
import { Planner } from "./planner";
import type { QueryOptions, QueryResult, Row, TakeRows } from "./result";
import { tableNamed } from "./table-name";

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
   * Runs one statement and gives its rows to `take` while they are read, for answers that are too large to hold.
   * Without rows `take` is not called.
   */
  stream(
    sql: string,
    params: readonly (string | number | boolean | null)[],
    take: TakeRows,
    options?: QueryOptions,
  ): Promise<Omit<QueryResult, "rows">>;
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
  /**
   * How long a statement may run until it is stopped, in milliseconds.
   * @default 1800000, as for Athena's SELECT and INSERT INTO: https://docs.aws.amazon.com/athena/latest/ug/service-limits.html
   */
  readonly timeLimit?: number;
}

/**
 * Opens the tables of a stack over the objects at `<lakeFolder>/<bucket>/<key>`. Nothing outside of that folder can
 * be read or written by a statement.
 */
export async function openLake(
  stack: Pick<Stack, "tables">,
  lakeFolder: string,
  { now = () => new Date(), timeLimit = 1_800_000 }: LakeOptions = {},
): Promise<Lake> {
  const folder = resolve(lakeFolder);
  const planner = await Planner.create(stack.tables);
  const duckdb = await openLocked((connection) => createCatalog(connection, stack.tables), { folder });
  const engine = new Engine(stack.tables, folder, now, planner, duckdb.connection);

  let last: Promise<unknown> = Promise.resolve();
  const stream: Lake["stream"] = (sql, params, take, options = {}) => {
    const run = () => engine.query(sql, [...params], take, options);
    const result = last.then(() => engine.limited(run, timeLimit, options.signal));
    last = result.catch(() => undefined);
    return result;
  };
  return {
    tables: stack.tables,
    stream,
    async query(sql, params = [], options) {
      const rows: Row[] = [];
      const take = (part: readonly Row[]) => {
        for (const row of part) rows.push(row);
      };
      return { ...(await stream(sql, params, take, options)), rows };
    },
    async removeInserted(sql, executionId) {
      const insert = parseInsert(sql);
      const table = insert && tableNamed(stack.tables, insert.path);
      return table ? removeObjects(table, folder, executionId) : 0;
    },
    close() {
      planner.close();
      duckdb.close();
    },
  };
}
