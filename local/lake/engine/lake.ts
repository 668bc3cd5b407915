import { randomUUID } from "node:crypto";
import { resolve } from "node:path";
import type { GlueTable } from "@streaming-data-lake/terraform/types";
import { QueryError, toQueryError } from "../errors";
import type { QueryColumn, QueryOptions, QueryResult, Row } from "../result";
import { parseStatement } from "../trino/parse";
import { tableNameOf } from "../trino/parse/tables";
import { formatClientType } from "../trino/types/format";
import type { ClientValue } from "./client-values";
import { openDatabase } from "./database";
import { Engine, type Execution } from "./engine";
import { interruptible } from "./interrupt";
import { type ParameterValue, parameterOf } from "./parameters";
import { bucketsOf, type LakeStack, type QueryWorkgroup, workgroupOf } from "./surroundings";
import { removeObjects } from "./tables/insert";

export interface Lake {
  readonly tables: readonly GlueTable[];
  /**
   * Runs one statement of Athena's SQL. The statement sees the objects and the catalog as they are when it starts.
   * Statements that are submitted at the same time run one after the other.
   *
   * @param params Values of the statement's `?` parameters, in their order.
   * @throws QueryError when the statement is invalid or cannot run here.
   */
  query(sql: string, params?: readonly ParameterValue[], options?: QueryOptions): Promise<QueryResult>;
  /**
   * Runs one statement and passes its rows to `take` while they are read. The next rows are read after `take` has
   * finished. Use it for results that are too large for memory.
   */
  stream(
    sql: string,
    params: readonly ParameterValue[],
    take: (rows: readonly Row[], columns: readonly QueryColumn[]) => void | Promise<void>,
    options?: QueryOptions,
  ): Promise<Omit<QueryResult, "rows">>;
  /**
   * Removes the objects that an `INSERT INTO` wrote under an execution id.
   *
   * @param database The database of the target when its name has none. @default the lake's
   * @returns The number of removed objects.
   */
  removeInserted(sql: string, executionId: string, database?: string): Promise<number>;
  /** Stops the running statement. It and all later statements fail with a QueryError. */
  close(): void;
}

export interface LakeOptions {
  /**
   * Returns the current time, which CURRENT_TIMESTAMP and `NOW` in a partition projection's range use.
   * @default the system's clock
   */
  readonly now?: () => Date;
  /** Longest time that a statement may run. Milliseconds. @default 30 minutes, as on Athena */
  readonly timeLimit?: number;
  /**
   * Folder in which databases, tables, views and prepared statements that statements create are stored.
   * @default ".catalog" in the lake's folder
   */
  readonly catalogFolder?: string;
  /** The database of table names that have no database. @default the stack's first, else "default" */
  readonly database?: string;
  /** The workgroup of statements that do not name one. @default the stack's only one, else "primary" */
  readonly workgroup?: string;
}

/** https://docs.aws.amazon.com/athena/latest/ug/service-limits.html */
const defaultTimeLimit = 30 * 60_000;

/**
 * Opens the tables of a stack over the objects at `<lakeFolder>/<bucket>/<key>`. Statements cannot read or write files
 * outside of that folder.
 *
 * @throws QueryError when the database does not exist.
 */
export async function openLake(
  stack: LakeStack,
  folder: string,
  { now = () => new Date(), timeLimit = defaultTimeLimit, workgroup, ...options }: LakeOptions = {},
): Promise<Lake> {
  const lakeFolder = resolve(folder);
  const { connection, close } = await openDatabase(lakeFolder);
  const { tables, databases, preparedStatements = [] } = stack;
  const buckets = bucketsOf(stack, lakeFolder);
  const engine = new Engine({
    ...options,
    tables,
    ...(databases && { databases }),
    ...(buckets && { buckets }),
    workgroup: workgroupOf(stack, workgroup),
    prepared: new Map(preparedStatements.map(({ name, sql }) => [name.toLowerCase(), sql])),
    lakeFolder,
    now,
    connection,
  });
  if (options.database !== undefined) {
    const snapshot = await engine.catalog.snapshot();
    if (!snapshot.hasDatabase(options.database.toLowerCase())) {
      close();
      throw unknownDatabase(options.database, snapshot.databases);
    }
  }
  let last: Promise<unknown> = Promise.resolve();
  const closing = new AbortController();

  /** Runs statements one after the other: `run` is called when the previous statement has ended. */
  const inTurn = <Result>(sql: string, signal: AbortSignal | undefined, run: () => Promise<Result>) => {
    const signals = signal ? [closing.signal, signal] : [closing.signal];
    const limited = () => interruptible(run, connection, { signals, timeLimit });
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
    { executionId = randomUUID(), signal, database, authorize, values = "object", ...asked } = {},
  ) =>
    inTurn(sql, signal, async () => {
      const started = performance.now();
      const execution = await engine.start(sql, {
        parameters: params.map(parameterOf),
        executionId,
        shape: values,
        ...(database !== undefined && { database }),
        ...(authorize && { authorize }),
        ...inWorkgroup(stack, { workgroup, ...asked }),
      });
      const columns = columnsOf(execution);
      const names = columns.map(({ name }) => name);
      for await (const chunk of execution.chunks) await take(chunk.map(rowOf(names)), columns);
      const { bytesScanned, tables: scanned, notes } = execution;
      return {
        columns,
        statistics: { milliseconds: performance.now() - started, bytesScanned, tables: scanned, notes },
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
    async removeInserted(sql, executionId, database) {
      const { statement } = parseStatement(sql);
      if (statement.kind !== "Insert") throw new QueryError("the statement is not an INSERT INTO");
      const snapshot = await engine.catalog.snapshot();
      const target = tableNameOf(statement.target, database ?? options.database ?? snapshot.usualDatabase);
      const entry = snapshot.find(target.database, target.table);
      return entry ? removeObjects(entry, { lakeFolder, now: now() }, executionId) : 0;
    },
    close() {
      closing.abort(new QueryError("the lake is closed"));
      // The database is closed only after the running statement has ended. A JavaScript function of that statement
      // waits for this thread, so closing at once would block both.
      void last.then(close);
    },
  };
}

/** Returns a function that makes a row of its values. */
function rowOf(names: readonly string[]): (values: readonly ClientValue[]) => Row {
  // Such an assignment would not make a property of the row.
  if (names.includes("__proto__"))
    return (values) => Object.fromEntries(names.map((name, index) => [name, values[index] ?? null]));
  return (values) => {
    const row: Record<string, ClientValue> = {};
    for (const [index, name] of names.entries()) row[name] = values[index] ?? null;
    return row;
  };
}

/** The workgroup that a statement names. The client may replace the place of its results. */
function inWorkgroup(
  stack: LakeStack,
  { workgroup, outputLocation }: Pick<QueryOptions, "workgroup" | "outputLocation">,
): { readonly workgroup?: QueryWorkgroup } {
  if (workgroup === undefined && outputLocation === undefined) return {};
  const named = workgroupOf(stack, workgroup);
  return { workgroup: outputLocation === undefined ? named : { ...named, outputLocation } };
}

function unknownDatabase(database: string, names: readonly string[]): QueryError {
  const known = names.length === 0 ? "there is none" : `there are ${names.join(", ")}`;
  return new QueryError(`there is no database "${database}"; ${known}`);
}

/** The result's columns, with duplicate names made unique. */
function columnsOf({ columns }: Execution): QueryColumn[] {
  const seen = new Map<string, number>();
  return columns.map(({ name, type }) => {
    const count = seen.get(name) ?? 0;
    seen.set(name, count + 1);
    return { name: count === 0 ? name : `${name}:${count}`, type: formatClientType(type) };
  });
}
