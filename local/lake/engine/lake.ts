import { randomUUID } from "node:crypto";
import { resolve } from "node:path";
import type { GlueTable, Stack } from "@streaming-data-lake/terraform/types";
import { QueryError, toQueryError } from "../errors";
import type { QueryColumn, QueryOptions, QueryResult, Row } from "../result";
import { parseStatement } from "../trino/parse";
import { formatClientType } from "../trino/types/format";
import { openDatabase } from "./database";
import { Engine, type Execution } from "./engine";
import { removeObjects } from "./insert";
import { interruptible } from "./interrupt";
import { type ParameterValue, parameterOf } from "./parameters";

export interface Lake {
  readonly tables: readonly GlueTable[];
  /**
   * Runs one statement: SELECT, SHOW, DESCRIBE, EXPLAIN, INSERT INTO, or PREPARE and EXECUTE. It sees the objects that are
   * there when it begins. Statements given at once run one after the other.
   *
   * @param params Values of the statement's `?`, in their order.
   * @throws QueryError when the statement is wrong or can't run here.
   */
  query(sql: string, params?: readonly ParameterValue[], options?: QueryOptions): Promise<QueryResult>;
  /**
   * Runs one statement, giving its rows to `take` while they are read; the next rows are read when it has taken them. For
   * results that are too large to hold.
   */
  stream(
    sql: string,
    params: readonly ParameterValue[],
    take: (rows: readonly Row[], columns: readonly QueryColumn[]) => void | Promise<void>,
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
  /** The current time: of CURRENT_TIMESTAMP, and of `NOW` in the range of a partition projection. @default the system's clock */
  readonly now?: () => Date;
  /** How long a statement may run, in milliseconds. @default 30 minutes, as on Athena */
  readonly timeLimit?: number;
  /** The database of tables that are named without one. @default the first table's */
  readonly database?: string;
}

/** https://docs.aws.amazon.com/athena/latest/ug/service-limits.html */
const defaultTimeLimit = 30 * 60_000;

/**
 * Opens the tables of a stack over the objects at `<lakeFolder>/<bucket>/<key>`. Nothing outside of that folder can
 * be read or written by a statement.
 *
 * @throws QueryError where there is no such database.
 */
export async function openLake(
  { tables }: Pick<Stack, "tables">,
  folder: string,
  { now = () => new Date(), timeLimit = defaultTimeLimit, database }: LakeOptions = {},
): Promise<Lake> {
  if (database !== undefined) checkDatabase(database, tables);
  const lakeFolder = resolve(folder);
  const { connection, close } = await openDatabase(lakeFolder);
  const engine = new Engine({
    tables,
    lakeFolder,
    now,
    connection,
    ...(database !== undefined && { database }),
  });
  let last: Promise<unknown> = Promise.resolve();

  /** One statement after the other: `run` begins when the one before has ended. */
  const inTurn = <Result>(sql: string, signal: AbortSignal | undefined, run: () => Promise<Result>) => {
    const limited = () => interruptible(run, connection, { signal, timeLimit });
    const result = last.then(limited).catch((error: unknown) => {
      throw toQueryError(error, sql);
    });
    last = result.catch(() => undefined);
    return result;
  };

  const stream: Lake["stream"] = (
    sql,
    params,
    take,
    { executionId = randomUUID(), signal, values = "object" } = {},
  ) =>
    inTurn(sql, signal, async () => {
      const started = performance.now();
      const execution = await engine.start(sql, params.map(parameterOf), executionId, values);
      const columns = columnsOf(execution);
      const names = columns.map(({ name }) => name);
      for await (const chunk of execution.chunks)
        await take(
          chunk.map((row) => Object.fromEntries(row.map((value, index) => [names[index] ?? "", value]))),
          columns,
        );
      const { bytesScanned, tables: scanned } = execution;
      return {
        columns,
        statistics: { milliseconds: performance.now() - started, bytesScanned, tables: scanned },
      };
    });

  return {
    tables,
    stream,
    async query(sql, params = [], options = {}) {
      const rows: Row[] = [];
      const take = (some: readonly Row[]) => {
        for (const row of some) rows.push(row);
      };
      return { ...(await stream(sql, params, take, options)), rows };
    },
    async removeInserted(sql, executionId) {
      const { statement } = parseStatement(sql);
      if (statement.kind !== "Insert") throw new QueryError("the statement is no INSERT INTO");
      const [name, named] = statement.target.parts.map(({ value }) => value.toLowerCase()).reverse();
      const of = named ?? database?.toLowerCase();
      const table = tables.find(
        (one) => one.name.toLowerCase() === name && (of === undefined || one.database.toLowerCase() === of),
      );
      return table ? removeObjects(table, lakeFolder, executionId) : 0;
    },
    close,
  };
}

function checkDatabase(database: string, tables: readonly GlueTable[]): void {
  const names = [...new Set(tables.map((table) => table.database))];
  if (names.some((name) => name.toLowerCase() === database.toLowerCase())) return;
  const known = names.length === 0 ? "the stack has no tables" : `there are ${names.join(", ")}`;
  throw new QueryError(`there is no database "${database}"; ${known}`);
}

/** The result's columns, each under a name of its own. */
function columnsOf({ columns }: Execution): QueryColumn[] {
  const seen = new Map<string, number>();
  return columns.map(({ name, type }) => {
    const count = seen.get(name) ?? 0;
    seen.set(name, count + 1);
    return { name: count === 0 ? name : `${name}:${count}`, type: formatClientType(type) };
  });
}
