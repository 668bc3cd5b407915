import { errorAt, type TextPosition, type TrinoError } from "../trino/types/errors";

/** An error for a statement that Athena does not support. */
export const notSupported = (at: TextPosition, what: string, hint?: string): TrinoError =>
  errorAt(at, "NOT_SUPPORTED", `${what} is not supported`, hint);
