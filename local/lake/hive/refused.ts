import { TrinoError } from "../trino/types/errors";

/** What Athena has no way to do. */
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
