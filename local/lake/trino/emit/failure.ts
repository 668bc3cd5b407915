import { encodeError } from "../types/errors";
import { quoteText } from "../types/quote";

/**
 * An expression of a DuckDB type that fails with Trino's error when it is reached. It is a conversion that can't be done,
 * since DuckDB's own error() may stand in no TRY.
 *
 * @param detail SQL of a text that follows the sentence.
 */
export function failure(duckdbTypeText: string, code: string, sentence: string, detail?: string): string {
  const text = quoteText(encodeError(code, sentence));
  return `CASE WHEN CAST(${detail === undefined ? text : `(${text} || ${detail})`} AS BOOLEAN) THEN CAST(NULL AS ${duckdbTypeText}) END`;
}
