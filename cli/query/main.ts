import { existsSync } from "node:fs";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { AthenaClient } from "@aws-sdk/client-athena";
import { openLake, QueryError, type QueryResult } from "@streaming-data-lake/lake";
import { loadStack, type NamedQuery, type Stack, StackError, synthesize } from "@streaming-data-lake/runner";
import { type AthenaResult, runOnAthena } from "./athena";
import { format } from "./formats";
import { noDataHints } from "./no-data";
import { help, parseOptions, type QueryOptions } from "./options";
import { type BoundStatement, bindParameters, parameterNames } from "./parameters";
import { formatBytes, scanPrice } from "./price";

const defaultStack = "cdktf.out/stacks/sensor-lake";

export interface Streams {
  readonly stdin: NodeJS.ReadableStream;
  readonly stdout: NodeJS.WritableStream & { readonly isTTY?: boolean; readonly columns?: number };
  readonly stderr: NodeJS.WritableStream & { readonly isTTY?: boolean };
  /** Aborts when the person gives up. */
  readonly signal: AbortSignal;
}

/** @returns the exit code. */
export async function main(args: readonly string[], streams: Streams): Promise<number> {
  try {
    const options = parseOptions(args);
    if (options) await answer(options, streams);
    else streams.stdout.write(help);
    return 0;
  } catch (error) {
    if (streams.signal.aborted) {
      streams.stderr.write("query: cancelled\n");
      return 130;
    }
    if (!isUserError(error)) throw error;
    streams.stderr.write(`query: ${error.message}\n`);
    return 1;
  }
}

/** Wrong input, what the system refuses and what AWS answers: for the person, not for us. */
function isUserError(error: unknown): error is Error {
  if (error instanceof QueryError || error instanceof StackError) return true;
  if (!(error instanceof Error)) return false;
  return "syscall" in error || "$metadata" in error || error.name === "CredentialsProviderError";
}

async function answer(options: QueryOptions, streams: Streams): Promise<void> {
  const stack = loadStack(options.stack ?? (existsSync(defaultStack) ? defaultStack : await synthesize()));
  const result =
    options.source.kind === "list"
      ? listing(stack)
      : await run(
          bindParameters(await statementOf(options, stack, streams), options.params),
          options,
          stack,
          streams,
        );
  const width = streams.stdout.isTTY ? (streams.stdout.columns ?? 80) : Number.POSITIVE_INFINITY;
  const output = format(
    result,
    options.format,
    options.output === undefined ? width : Number.POSITIVE_INFINITY,
  );
  if (options.output === undefined) streams.stdout.write(output);
  else await writeFile(options.output, output);
}

const queriesOf = (stack: Stack): readonly NamedQuery[] => [
  ...stack.namedQueries,
  ...stack.preparedStatements,
];

function listing(stack: Stack): Pick<QueryResult, "columns" | "rows"> {
  return {
    columns: ["name", "parameters", "description"].map((name) => ({ name, type: "varchar" })),
    rows: queriesOf(stack).map(({ name, description, sql }) => ({
      name,
      parameters: parameterNames(sql).join(", "),
      description,
    })),
  };
}

async function statementOf({ source }: QueryOptions, stack: Stack, { stdin }: Streams): Promise<string> {
  switch (source.kind) {
    case "sql":
      return source.text;
    case "file":
      return readFile(source.text, "utf8").catch((error: Error) => {
        throw new QueryError(`--file ${source.text}: ${error.message}`);
      });
    case "name": {
      const query = queriesOf(stack).find(({ name }) => name === source.text);
      if (query) return query.sql;
      throw new QueryError(
        `there is no query "${source.text}"; there are ${queriesOf(stack)
          .map(({ name }) => name)
          .join(", ")}`,
      );
    }
    default:
      return text(stdin);
  }
}

async function run(statement: BoundStatement, options: QueryOptions, stack: Stack, streams: Streams) {
  const result = options.aws
    ? await onAthena(statement, stack, streams)
    : await onThisMachine(statement, options, stack, streams);
  streams.stderr.write(`${summary(result, statement.sql)}\n`);
  return result;
}

async function onThisMachine(
  statement: BoundStatement,
  { dir }: QueryOptions,
  stack: Stack,
  { stderr, signal }: Streams,
) {
  const lake = await openLake(stack, join(dir, "lake"));
  try {
    const result = await lake.query(statement.sql, statement.values, { signal });
    for (const hint of noDataHints(stack, result.statistics)) stderr.write(`${hint}\n`);
    return result;
  } finally {
    lake.close();
  }
}

async function onAthena(statement: BoundStatement, stack: Stack, { stderr, signal }: Streams) {
  const client = new AthenaClient({ region: stack.region });
  const show = (state: string, milliseconds: number) => {
    if (stderr.isTTY)
      stderr.write(`\r\u001b[KAthena: ${state.toLowerCase()}, ${(milliseconds / 1000).toFixed(1)} s`);
  };
  try {
    return await runOnAthena(statement, {
      client,
      workgroup: outputOf(stack, "workgroup_name"),
      database: outputOf(stack, "database_name"),
      signal,
      onProgress: show,
    });
  } finally {
    if (stderr.isTTY) stderr.write("\r\u001b[K");
    client.destroy();
  }
}

function outputOf(stack: Stack, name: string): string {
  const value = stack.outputs[name];
  if (value === undefined)
    throw new QueryError(`the stack has no output "${name}", which says where to run on Athena`);
  return value;
}

/** `3 rows in 0.04 s, 1.2 kB scanned (0.00005 USD on Athena)` */
function summary({ rows, statistics }: QueryResult | AthenaResult, sql: string): string {
  const counted = `${rows.length} ${rows.length === 1 ? "row" : "rows"} in ${(statistics.milliseconds / 1000).toFixed(2)} s`;
  // Statements about the catalog cost nothing: https://aws.amazon.com/athena/pricing/
  if (/^\s*(?:SHOW|DESCRIBE|EXPLAIN)\b/i.test(sql)) return counted;
  const price = scanPrice(statistics.bytesScanned).toFixed(5);
  return `${counted}, ${formatBytes(statistics.bytesScanned)} scanned (${price} USD on Athena)`;
}
