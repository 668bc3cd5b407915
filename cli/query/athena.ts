import { setTimeout as delay } from "node:timers/promises";
import {
  type AthenaClient,
  type ColumnInfo,
  GetQueryExecutionCommand,
  GetQueryResultsCommand,
  type QueryExecution,
  StartQueryExecutionCommand,
  StopQueryExecutionCommand,
} from "@aws-sdk/client-athena";
import { type QueryColumn, QueryError, type ResultValue, type Row } from "@streaming-data-lake/lake";
import { type BoundStatement, executionParameter } from "./parameters";

export interface AthenaOptions {
  readonly client: AthenaClient;
  readonly workgroup: string;
  readonly database: string;
  /** Stops the query on Athena when it is aborted. */
  readonly signal: AbortSignal;
  /** Called at each poll with the state that Athena reports. */
  readonly onProgress: (state: string, milliseconds: number) => void;
  /** Milliseconds until the first poll. Each later wait is 1.5 times as long, up to 5 seconds. @default 200 */
  readonly firstPollMilliseconds?: number;
}

export interface AthenaResult {
  readonly columns: readonly QueryColumn[];
  readonly rows: readonly Row[];
  readonly statistics: { readonly milliseconds: number; readonly bytesScanned: number };
}

const longestPollMilliseconds = 5000;

/**
 * Runs one statement in a workgroup and reads all of its rows.
 * https://docs.aws.amazon.com/athena/latest/APIReference/API_StartQueryExecution.html
 *
 * @throws QueryError with Athena's reason when the query fails or is cancelled.
 */
export async function runOnAthena(
  { sql, values }: BoundStatement,
  options: AthenaOptions,
): Promise<AthenaResult> {
  const { client, workgroup, database, signal } = options;
  signal.throwIfAborted();
  const started = performance.now();
  const { QueryExecutionId: id } = await client.send(
    new StartQueryExecutionCommand({
      QueryString: sql,
      WorkGroup: workgroup,
      QueryExecutionContext: { Catalog: "AwsDataCatalog", Database: database },
      ...(values.length > 0 && { ExecutionParameters: values.map(executionParameter) }),
    }),
  );
  const execution = await settled(id, started, options);
  const state = execution.Status?.State;
  if (state !== "SUCCEEDED")
    throw new QueryError(
      `${execution.Status?.StateChangeReason ?? "no reason given"} (query ${id} ${state})`,
    );
  const { columns, rows } = await readResults(client, id, execution);
  const { TotalExecutionTimeInMillis: milliseconds, DataScannedInBytes: bytesScanned = 0 } =
    execution.Statistics ?? {};
  return {
    columns,
    rows,
    statistics: { milliseconds: milliseconds ?? performance.now() - started, bytesScanned },
  };
}

/** Polls until the query has ended. If the signal aborts, stops the query on Athena and throws the signal's reason. */
async function settled(
  id: string | undefined,
  started: number,
  options: AthenaOptions,
): Promise<QueryExecution> {
  const { client, signal, onProgress } = options;
  let wait = options.firstPollMilliseconds ?? 200;
  for (;;) {
    try {
      await delay(wait, undefined, { signal });
    } catch (error) {
      if (!signal.aborted) throw error;
      await client.send(new StopQueryExecutionCommand({ QueryExecutionId: id }));
      throw signal.reason;
    }
    const { QueryExecution: execution } = await client.send(
      new GetQueryExecutionCommand({ QueryExecutionId: id }),
    );
    const state = execution?.Status?.State ?? "QUEUED";
    onProgress(state, performance.now() - started);
    if (execution && state !== "QUEUED" && state !== "RUNNING") return execution;
    wait = Math.min(wait * 1.5, longestPollMilliseconds);
  }
}

async function readResults(client: AthenaClient, id: string | undefined, execution: QueryExecution) {
  const rows: ResultValue[][] = [];
  let info: ColumnInfo[] = [];
  let updated: number | undefined;
  let token: string | undefined;
  do {
    const page = await client.send(new GetQueryResultsCommand({ QueryExecutionId: id, NextToken: token }));
    info = page.ResultSet?.ResultSetMetadata?.ColumnInfo ?? info;
    updated = page.UpdateCount ?? updated;
    const texts = (page.ResultSet?.Rows ?? []).map(({ Data = [] }) =>
      info.map((_, i) => Data[i]?.VarCharValue),
    );
    // The first row of a SELECT's result holds the column names: https://docs.aws.amazon.com/athena/latest/APIReference/API_GetQueryResults.html
    if (token === undefined && texts[0]?.every((text, index) => text === info[index]?.Name)) texts.shift();
    rows.push(...texts.map((row) => row.map((text, index) => toValue(text, info[index]?.Type))));
    token = page.NextToken;
  } while (token);
  if (info.length === 0 && execution.StatementType === "DML")
    return { columns: [{ name: "rows", type: "bigint" }], rows: [{ rows: updated ?? 0 }] };
  const columns = uniqueNames(info.map(({ Name = "" }) => Name)).map((name, index) => ({
    name,
    type: info[index]?.Type ?? "varchar",
  }));
  return {
    columns,
    rows: rows.map((row) => Object.fromEntries(columns.map(({ name }, index) => [name, row[index] ?? null]))),
  };
}

/** Makes column names unique: repeated names get `:1`, `:2`, … appended, as in local results. */
function uniqueNames(names: readonly string[]): string[] {
  const seen = new Map<string, number>();
  return names.map((name) => {
    const count = seen.get(name) ?? 0;
    seen.set(name, count + 1);
    return count === 0 ? name : `${name}:${count}`;
  });
}

const numeric = new Set(["tinyint", "smallint", "integer", "bigint", "float", "real", "double", "decimal"]);

/** Converts the text of a result to a value of the same type as in local results. */
function toValue(text: string | undefined, type = "varchar"): ResultValue {
  if (text === undefined) return null;
  if (type === "boolean") return text === "true";
  if (!numeric.has(type)) return text;
  const number = Number(text);
  // NaN, infinities and integers beyond 2^53 stay text.
  return Number.isNaN(number) || (/^-?\d+$/.test(text) && !Number.isSafeInteger(number)) ? text : number;
}
