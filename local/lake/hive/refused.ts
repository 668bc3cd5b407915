import { TrinoError } from "../trino/types/errors";

/** An error for a statement that Athena does not support. */
export const notSupported = (
  at: { readonly line: number; readonly column: number },
  what: string,
  hint?: string,
): TrinoError =>
  new TrinoError(
    "NOT_SUPPORTED",
    `${what} is not supported`,
    at.line,
    at.column,
    hint === undefined ? {} : { hint },
  );
