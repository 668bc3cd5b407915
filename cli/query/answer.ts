import { readFile } from "node:fs/promises";
import { text } from "node:stream/consumers";
import { kindOf } from "@streaming-data-lake/aws/services/athena/classify";
import { type Io, suggestion, UsageError } from "@streaming-data-lake/command";
import { type QueryColumn, QueryError, type QueryResult } from "@streaming-data-lake/lake";
import { scanPrice } from "@streaming-data-lake/lake/scan-price";
import { splitStatements } from "@streaming-data-lake/lake/script";
import { formatBytes } from "@streaming-data-lake/runner/format";
import type { NamedQuery, Stack } from "@streaming-data-lake/terraform";
import { defaultDir } from "../flags";
import { existingFolder } from "../folder";
import { AnswerWriter, writerOf } from "../output/formats";
import { openOutput, ReaderGone } from "../output/output";
import { wrapped } from "../output/wrap";
import { isStackNamed, openStackOf } from "../stack";
import type { Answered } from "./asker";
import { onAthena } from "./on-athena";
import { onThisMachine } from "./on-this-machine";
import type { QueryFlags } from "./options";
import { type BoundStatement, bindParameters, parameterNames } from "./parameters";
import { prompt } from "./prompt";

/** @returns The exit code. */
export async function showAnswer(options: QueryFlags, io: Io): Promise<number> {
  // The default folder can be missing before the first run, which has a hint of its own. Another folder that is missing
  // was mistyped, and without it the stack is not known.
  if (!options.aws && !isStackNamed(options) && options.dir !== defaultDir) existingFolder(options.dir);
  const { stack } = await openStackOf(options, {
    note: (line) => io.stderr.write(`query: ${line}\n`),
  });
  try {
    if (options.source.kind === "list") await list(stack, options, io);
    else await askAll(stack, options, io);
    return 0;
  } catch (error) {
    if (error instanceof ReaderGone) return 0;
    throw error;
  }
}

/** Runs the statements one after the other, and stops at the first that fails. */
async function askAll(stack: Stack, options: QueryFlags, io: Io): Promise<void> {
  const isPrompt = options.source.kind === "prompt";
  const statements = isPrompt ? [] : await statementsOf(options, stack, io);
  const asker = options.aws ? onAthena(options, stack, io) : await onThisMachine(options, stack);
  const write = writes(options, io);
  const ask = (statement: BoundStatement, signal: AbortSignal) =>
    write(async (writer) => {
      const { columns, statistics, hints } = await asker.ask(statement, writer, signal);
      await writer.end(columns);
      for (const hint of hints) io.stderr.write(`${hint}\n`);
      io.stderr.write(
        `${columns.length === 0 ? done(statistics) : summary(writer.count, statistics, statement.sql)}\n`,
      );
    });
  try {
    for (const [at, statement] of statements.entries())
      try {
        await ask(statement, io.signal);
      } catch (error) {
        if (statements.length === 1 || !(error instanceof QueryError)) throw error;
        throw new QueryError(`statement ${at + 1} of ${statements.length}: ${error.message}`);
      }
    if (isPrompt) await prompt((sql, signal) => ask(bindParameters(sql, options.params), signal), io);
  } finally {
    asker.close();
  }
}

type Write = (work: (writer: AnswerWriter) => Promise<void>) => Promise<void>;

/** Opens the output for one answer and passes a writer to it. If the answer fails, no part of it is left in a file. */
function writes({ format, output: file }: QueryFlags, io: Io): Write {
  const width = io.stdout.isTTY && file === undefined ? (io.stdout.columns ?? 80) : Number.POSITIVE_INFINITY;
  // Opening standard output adds a listener for its errors, so it is opened once for all answers.
  const standard = file === undefined ? openOutput(file, io) : undefined;
  return async (work) => {
    const output = standard ?? openOutput(file, io);
    try {
      await work(new AnswerWriter(writerOf(format, width), output));
    } catch (error) {
      await output.discard();
      throw error;
    }
  };
}

const queriesOf = (stack: Stack): readonly NamedQuery[] => [
  ...stack.namedQueries,
  ...stack.preparedStatements,
];

/** Prints the stack's queries. A table on a terminal would cut their names, so each query gets its own lines there. */
async function list(stack: Stack, options: QueryFlags, io: Io): Promise<void> {
  if (options.format === "table" && options.output === undefined) {
    const width = io.stdout.isTTY ? (io.stdout.columns ?? 80) : Number.POSITIVE_INFINITY;
    io.stdout.write(
      queriesOf(stack)
        .map((query) => listed(query, width))
        .join(""),
    );
    return;
  }
  const write = writes(options, io);
  const columns: readonly QueryColumn[] = ["name", "parameters", "description"].map((name) => ({
    name,
    type: "varchar",
  }));
  const rows: QueryResult["rows"] = queriesOf(stack).map(({ name, description, sql }) => ({
    name,
    parameters: parameterNames(sql).join(", "),
    description,
  }));
  await write(async (writer) => {
    await writer.rows(rows, columns);
    await writer.end(columns);
  });
}

const indent = " ".repeat(4);

/** A line such as `sensor_day --param sensor=… --param day=…`, with the query's description below it. */
function listed({ name, description, sql }: NamedQuery, width: number): string {
  const parameters = parameterNames(sql).map((parameter) => ` --param ${parameter}=…`);
  const lines = wrapped(description, width - indent.length).map((line) => `${indent}${line}\n`);
  return `${name}${parameters.join("")}\n${lines.join("")}`;
}

/** @throws UsageError when parameters or an output file are given for several statements, because they go with one. */
async function statementsOf(options: QueryFlags, stack: Stack, io: Io): Promise<readonly BoundStatement[]> {
  const { params, output } = options;
  const statements = splitStatements(await textOf(options, stack, io));
  if (statements.length > 1 && params.size > 0)
    throw new UsageError(`--param goes with one statement, and there are ${statements.length}`);
  if (statements.length > 1 && output !== undefined)
    throw new UsageError(`--output takes the answer of one statement, and there are ${statements.length}`);
  return statements.map((sql) => bindParameters(sql, params));
}

async function textOf({ source }: QueryFlags, stack: Stack, { stdin }: Io): Promise<string> {
  switch (source.kind) {
    case "sql":
      return source.text;
    case "file":
      return readFile(source.text, "utf8").catch((error: NodeJS.ErrnoException) => {
        throw error.code === "EISDIR"
          ? new UsageError(`--file ${source.text} is a folder, not a file`)
          : error;
      });
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

/** The summary of a statement without an answer, such as `CREATE VIEW`. It gives no price, because it costs nothing. */
const done = ({ milliseconds }: Answered["statistics"]) => `done in ${(milliseconds / 1000).toFixed(2)} s`;

/** A summary such as `3 rows in 0.04 s, 1.2 KiB scanned (0.00005 USD on Athena)`. */
function summary(rows: number, { milliseconds, bytesScanned }: Answered["statistics"], sql: string): string {
  const counted = `${rows} ${rows === 1 ? "row" : "rows"} in ${(milliseconds / 1000).toFixed(2)} s`;
  // Statements about the catalog cost nothing: https://aws.amazon.com/athena/pricing/
  if (bytesScanned === 0 && kindOf(sql).type === "UTILITY") return counted;
  return `${counted}, ${formatBytes(bytesScanned)} scanned (${scanPrice(bytesScanned).toFixed(5)} USD on Athena)`;
}
