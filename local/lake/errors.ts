import stringWidth from "string-width";
import { TrinoError } from "./trino/types/errors";

/**
 * An error in a query or its data. Its message is written for the author of the query: print the message, not the
 * stack.
 */
export class QueryError extends Error {
  override readonly name = "QueryError";

  /**
   * @param refusal Trino's name of the error, such as `COLUMN_NOT_FOUND`, and its position in the statement, counted
   * from 1.
   */
  constructor(
    message: string,
    readonly refusal?: { readonly code: string; readonly line?: number; readonly column?: number },
  ) {
    super(message);
  }
}

/**
 * Converts an error to a QueryError with Athena's wording, a hint at the right form where one is known, and the
 * position in the statement.
 */
export function toQueryError(error: unknown, sql: string): unknown {
  if (isSystemError(error))
    return new QueryError(`HIVE_FILESYSTEM_ERROR: ${systemSentence(error)}`, {
      code: "HIVE_FILESYSTEM_ERROR",
    });
  if (!(error instanceof TrinoError)) return error;
  const { code, message, hint, line, column } = error;
  // A position may lie in the text that EXECUTE runs, which is not here.
  const text = /^\s*EXECUTE\b/i.test(sql) ? "" : excerpt(sql, line, column);
  // Hive's messages already begin with their kind.
  const named = message.startsWith("FAILED:") ? message : `${code}: ${message}`;
  const sentence = `${named}${hint === undefined ? "" : `; ${hint}`}`;
  return new QueryError(`${sentence}${text}`, {
    code,
    ...(line !== undefined && { line }),
    ...(column !== undefined && { column }),
  });
}

const isSystemError = (error: unknown): error is NodeJS.ErrnoException =>
  error instanceof Error && "syscall" in error && "code" in error;

/** Changes Node's `ENOSPC: no space left on device, write '/lake/x'` to `/lake/x: no space left on device (ENOSPC)`. */
function systemSentence({ message, code, path }: NodeJS.ErrnoException): string {
  const [, what = message] = /^\w+: ([^,]+)/.exec(message) ?? [];
  return `${path ?? "the lake's disk"}: ${what} (${code})`;
}

/** Longest part of a line that is shown. Characters. */
const width = 100;

/** The line of a statement with a caret below the given position. */
function excerpt(sql: string, line: number | undefined, column: number | undefined): string {
  const text = line === undefined ? undefined : sql.split(/\r\n|\r|\n/)[line - 1];
  if (text === undefined || column === undefined) return "";
  const characters = [...text.replaceAll("\t", " ")];
  const start = Math.max(0, Math.min(column - 1 - width / 2, characters.length - width));
  const shown = characters.slice(start, start + width).join("");
  const before = characters.slice(start, column - 1).join("");
  return `\n\n${shown}\n${" ".repeat(stringWidth(before))}^`;
}
