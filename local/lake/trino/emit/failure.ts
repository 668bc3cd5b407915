import { quoteText } from "../../quote";
import { encodeError } from "../types/errors";

/**
 * SQL whose parts are evaluated only where it is. DuckDB computes an expression that occurs twice in a SELECT only once,
 * in a step below the SELECT and thus for all rows, so that it would fail for rows on which it is not evaluated. DuckDB
 * does not do this with the branches of CASE.
 *
 * @param test A condition over a column, which may be true or false but not NULL.
 */
export const inBranch = (sql: string, test: string): string =>
  `CASE WHEN ${test} OR NOT (${test}) THEN ${sql} END`;

/** SQL in a branch that depends on a column. Without a column there are no rows on which it is not evaluated. */
export const inBranchOf = (sql: string, column: string | undefined): string =>
  column === undefined ? sql : `(${inBranch(sql, `${column} IS NULL`)})`;

/** Types whose conversion from text fails in the same words. */
const numbers = /^(?:TINYINT|SMALLINT|INTEGER|BIGINT|DECIMAL\(\d+,\d+\))$/;

/**
 * An expression of a DuckDB type that fails with an error of Trino when it is evaluated. It is an impossible
 * conversion, because DuckDB does not allow its own error() inside of TRY.
 *
 * @param detail SQL of a text that is appended to the message.
 */
export function failure(duckdbTypeText: string, code: string, sentence: string, detail?: string): string {
  const text = quoteText(encodeError(code, sentence));
  const sentenceOf = detail === undefined ? text : `(${text} || ${detail})`;
  if (numbers.test(duckdbTypeText)) return `CAST(${sentenceOf} AS ${duckdbTypeText})`;
  // Every type can be converted from text.
  return `CAST(CAST(CAST(${sentenceOf} AS INTEGER) AS VARCHAR) AS ${duckdbTypeText})`;
}
