import { encodeError } from "../types/errors";
import { quoteText } from "../types/quote";

/**
 * An expression of a DuckDB type that fails with Trino's error when it is reached. It is a conversion that can't be done,
 * since DuckDB's own error() may stand in no TRY.
 */
export const failure = (duckdbTypeText: string, code: string, sentence: string): string =>
  `CAST(${quoteText(encodeError(code, sentence))} AS ${duckdbTypeText === "VARCHAR" ? "INTEGER" : duckdbTypeText})`;
