import { TrinoError } from "./trino/types/errors";

/** A query that can't run, told in words for the person who wrote it: print the message, not the stack. */
export class QueryError extends Error {
  override readonly name = "QueryError";

  /** @param refusal Trino's name of the error, such as `COLUMN_NOT_FOUND`, and its place in the statement from 1. */
  constructor(
    message: string,
    readonly refusal?: { readonly code: string; readonly line?: number; readonly column?: number },
  ) {
    super(message);
  }
}

/** A refusal as Athena words it, with what would be right where that is known, and the place in the statement. */
export function toQueryError(error: unknown, sql: string): unknown {
  if (isSystemError(error))
    return new QueryError(`HIVE_FILESYSTEM_ERROR: ${systemSentence(error)}`, {
      code: "HIVE_FILESYSTEM_ERROR",
    });
  if (!(error instanceof TrinoError)) return error;
  const { code, message, hint, line, column } = error;
  // Hive's sentences begin with what they are.
  const named = message.startsWith("FAILED:") ? message : `${code}: ${message}`;
  const sentence = `${named}${hint === undefined ? "" : `; ${hint}`}`;
  return new QueryError(`${sentence}${excerpt(sql, line, column)}`, {
    code,
    ...(line !== undefined && { line }),
    ...(column !== undefined && { column }),
  });
}

const isSystemError = (error: unknown): error is NodeJS.ErrnoException =>
  error instanceof Error && "syscall" in error && "code" in error;

/** `/lake/x: no space left on device (ENOSPC)` for Node's `ENOSPC: no space left on device, write '/lake/x'`. */
function systemSentence({ message, code, path }: NodeJS.ErrnoException): string {
  const [, what = message] = /^\w+: ([^,]+)/.exec(message) ?? [];
  return `${path ?? "the lake's disk"}: ${what} (${code})`;
}

/** Characters that are shown of a line at most. */
const width = 100;

/** The line of a statement with a caret under the place. */
function excerpt(sql: string, line: number | undefined, column: number | undefined): string {
  const text = line === undefined ? undefined : sql.split(/\r\n|\r|\n/)[line - 1];
  if (text === undefined || column === undefined) return "";
  const characters = [...text.replaceAll("\t", " ")];
  const start = Math.max(0, Math.min(column - 1 - width / 2, characters.length - width));
  const shown = characters.slice(start, start + width).join("");
  return `\n\n${shown}\n${" ".repeat(column - 1 - start)}^`;
}
