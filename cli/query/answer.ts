import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { AthenaClient } from "@aws-sdk/client-athena";
import { type Io, suggestion, UsageError } from "@streaming-data-lake/command";
import { openLake, type QueryColumn, QueryError, type QueryResult } from "@streaming-data-lake/lake";
import { formatBytes } from "@streaming-data-lake/runner/format";
import type { NamedQuery, Stack } from "@streaming-data-lake/terraform";
import { scanPrice } from "../cost/scan";
import type { Format } from "../output/format-names";
import { AnswerWriter, writerOf } from "../output/formats";
import { openOutput, ReaderGone } from "../output/output";
import { rowsTogether } from "../output/table";
import { openStackOf } from "../stack";
import { runOnAthena } from "./athena";
import { bufferedHints } from "./buffered";
import { noDataHints, nothingScannedHints } from "./no-data";
import { type BoundStatement, bindParameters, type ParameterValue, parameterNames } from "./parameters";

/** What `npm run query` is asked to do. */
export interface QueryOptions {
  readonly source:
    | { readonly kind: "sql" | "file" | "name"; readonly text: string }
    | { readonly kind: "stdin" | "list" };
  readonly params: ReadonlyMap<string, ParameterValue>;
  readonly aws?: true;
  /** Absent for the stack that runs in the folder, or of this project's app. */
  readonly stack?: string;
  readonly plan?: string;
  readonly state?: string;
  readonly dir: string;
  /** Of tables that are named without one; absent for the stack's. */
  readonly database?: string;
  /** Seconds; absent for the lake's own. */
  readonly timeLimit?: number;
  readonly format: Format;
  /** A file in place of standard output. */
  readonly output?: string;
}

/** @returns The exit code. */
export async function answer(options: QueryOptions, io: Io): Promise<number> {
  const { stack } = await openStackOf(options, {
    note: (line) => io.stderr.write(`query: ${line}\n`),
  });
  const width =
    io.stdout.isTTY && options.output === undefined ? (io.stdout.columns ?? 80) : Number.POSITIVE_INFINITY;
  const output = openOutput(options.output, io);
  const writer = new AnswerWriter(writerOf(options.format, width), output);
  try {
    if (options.source.kind === "list") {
      const { columns, rows } = listing(stack);
      await writer.rows(rows, columns);
      await writer.end(columns);
      return 0;
    }
    const statement = bindParameters(await statementOf(options, stack, io), options.params);
    const { columns, statistics } = options.aws
      ? await onAthena(statement, options, stack, writer, io)
      : await onThisMachine(statement, options, stack, writer, io);
    await writer.end(columns);
    io.stderr.write(`${summary(writer.count, statistics, statement.sql)}\n`);
    return 0;
  } catch (error) {
    await output.discard();
    if (error instanceof ReaderGone) return 0;
    throw error;
  }
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

/** An answer whose rows are written. */
interface Answered {
  readonly columns: readonly QueryColumn[];
  readonly statistics: { readonly milliseconds: number; readonly bytesScanned: number };
}

async function statementOf({ source }: QueryOptions, stack: Stack, { stdin }: Io): Promise<string> {
  switch (source.kind) {
    case "sql":
      return source.text;
    case "file":
      return readFile(source.text, "utf8");
    case "name": {
      const query = queriesOf(stack).find(({ name }) => name === source.text);
      if (query) return query.sql;
      const names = queriesOf(stack).map(({ name }) => name);
      throw new UsageError(
        `there is no query "${source.text}"${suggestion(source.text, names) || `; there are ${names.join(", ")}`}`,
      );
    }
    default:
      return text(stdin);
  }
}

async function onThisMachine(
  statement: BoundStatement,
  { dir, database, timeLimit, format }: QueryOptions,
  stack: Stack,
  writer: AnswerWriter,
  { stderr, signal }: Io,
): Promise<Answered> {
  const { workgroup_name: workgroup } = stack.outputs;
  const isKnown = stack.access.workgroups.some(({ name }) => name === workgroup);
  const options = {
    ...(isKnown && { workgroup }),
    ...(database !== undefined && { database }),
    ...(timeLimit !== undefined && { timeLimit: timeLimit * 1000 }),
  };
  const lake = await openLake(stack, join(dir, "lake"), options);
  try {
    const answered = await lake.stream(
      statement.sql,
      statement.values,
      (rows, columns) => writer.rows(rows, columns),
      { signal, values: format === "csv" ? "text" : "object" },
    );
    const { notes } = answered.statistics;
    const buffered = await bufferedHints(dir, stack, answered.statistics);
    const other = notes.length > 0 ? notes : noDataHints(stack, answered.statistics);
    const hints = buffered.length > 0 ? [...buffered, ...notes] : other;
    for (const hint of hints) stderr.write(`${hint}\n`);
    return answered;
  } finally {
    lake.close();
  }
}

async function onAthena(
  statement: BoundStatement,
  { database }: QueryOptions,
  stack: Stack,
  writer: AnswerWriter,
  { stderr, signal }: Io,
): Promise<Answered> {
  const client = new AthenaClient({ region: stack.region });
  const show = (state: string, milliseconds: number) => {
    if (stderr.isTTY)
      stderr.write(`\r\u001b[KAthena: ${state.toLowerCase()}, ${(milliseconds / 1000).toFixed(1)} s`);
  };
  const clear = () => {
    if (stderr.isTTY) stderr.write("\r\u001b[K");
  };
  try {
    const { columns, rows, statistics } = await runOnAthena(statement, {
      client,
      workgroup: outputOf(stack, "workgroup_name"),
      database: database ?? outputOf(stack, "database_name"),
      signal,
      onProgress: show,
    });
    clear();
    if (statistics.bytesScanned === 0)
      for (const hint of nothingScannedHints(stack, statement.sql)) stderr.write(`${hint}\n`);
    for (let start = 0; start < rows.length; start += rowsTogether)
      await writer.rows(rows.slice(start, start + rowsTogether), columns);
    return { columns, statistics };
  } catch (error) {
    clear();
    throw error;
  } finally {
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
function summary(rows: number, { milliseconds, bytesScanned }: Answered["statistics"], sql: string): string {
  const counted = `${rows} ${rows === 1 ? "row" : "rows"} in ${(milliseconds / 1000).toFixed(2)} s`;
  // Statements about the catalog cost nothing: https://aws.amazon.com/athena/pricing/
  if (/^\s*(?:SHOW|DESCRIBE|EXPLAIN)\b/i.test(sql)) return counted;
  return `${counted}, ${formatBytes(bytesScanned)} scanned (${scanPrice(bytesScanned).toFixed(5)} USD on Athena)`;
}
