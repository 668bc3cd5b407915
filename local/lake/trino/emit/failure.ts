import { quoteText } from "../../quote";
import { encodeError } from "../types/errors";

/**
 * An expression of a DuckDB type that fails with Trino's error when it is reached. It is a conversion that can't be done,
 * since DuckDB's own error() may stand in no TRY.
 *
 * @param detail SQL of a text that follows the sentence.
 */
export function failure(duckdbTypeText: string, code: string, sentence: string, detail?: string): string {
  const text = quoteText(encodeError(code, sentence));
  const failing = `CAST(${detail === undefined ? text : `(${text} || ${detail})`} AS INTEGER)`;
  // By way of text every type can be reached.
  return duckdbTypeText === "INTEGER" ? failing : `CAST(CAST(${failing} AS VARCHAR) AS ${duckdbTypeText})`;
}
