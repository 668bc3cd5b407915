import { quoteText } from "../../quote";
import { encodeError } from "../types/errors";

/**
 * An expression of a DuckDB type that fails with an error of Trino when it is evaluated. It is an impossible
 * conversion, because DuckDB does not allow its own error() inside of TRY.
 *
 * @param detail SQL of a text that is appended to the message.
 */
export function failure(duckdbTypeText: string, code: string, sentence: string, detail?: string): string {
  const text = quoteText(encodeError(code, sentence));
  const failing = `CAST(${detail === undefined ? text : `(${text} || ${detail})`} AS INTEGER)`;
  // Every type can be converted from text.
  return duckdbTypeText === "INTEGER" ? failing : `CAST(CAST(${failing} AS VARCHAR) AS ${duckdbTypeText})`;
}
