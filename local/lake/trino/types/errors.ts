/**
 * An error as Trino reports it: its name (`COLUMN_NOT_FOUND`), the message without its position, and the position if
 * Trino gives one (line and column in the statement's text, counted from 1).
 *
 * For features that Trino has and this engine does not, the name is `NOT_SUPPORTED` and the message names the feature.
 *
 * @see https://github.com/trinodb/trino/blob/476/core/trino-spi/src/main/java/io/trino/spi/StandardErrorCode.java
 */
export class TrinoError extends Error {
  override readonly name = "TrinoError";

  constructor(
    readonly code: string,
    readonly sentence: string,
    readonly line?: number,
    readonly column?: number,
    /** A hint at the right form, where it is known, such as `did you mean "price"?` */
    readonly hint?: string,
  ) {
    super(line === undefined ? sentence : `line ${line}:${column}: ${sentence}`);
  }
}

/**
 * A position in the statement's text. As in Trino's errors, lines and columns count from 1, and columns count
 * characters (code points). As in Trino, the nodes of arithmetic, comparisons, BETWEEN, `||` and AT TIME ZONE have the
 * position of the operator, and all other nodes have that of their first word.
 */
export interface TextPosition {
  readonly line: number;
  readonly column: number;
}

/** A {@link TrinoError} with the position of a node of the statement. */
export const errorAt = (
  at: TextPosition | undefined,
  code: string,
  sentence: string,
  hint?: string,
): TrinoError => new TrinoError(code, sentence, at?.line, at?.column, hint);

export const outOfRange = (sentence: string): TrinoError =>
  new TrinoError("NUMERIC_VALUE_OUT_OF_RANGE", sentence);

/** An error as text, which the errors of DuckDB carry out of a running statement. */
export const encodeError = (code: string, sentence: string): string => `TrinoError ${code}: ${sentence}`;

/** The error in a text that contains the result of {@link encodeError}. */
export function decodeError(text: string): TrinoError | undefined {
  const [, code, sentence] = /TrinoError ([A-Z_0-9]+): ([\s\S]*)$/.exec(text) ?? [];
  return code === undefined || sentence === undefined ? undefined : new TrinoError(code, sentence);
}
