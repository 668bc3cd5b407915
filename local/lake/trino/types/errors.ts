/**
 * Why a statement is refused, in Trino's words: the error's name (`COLUMN_NOT_FOUND`), the sentence without its place,
 * and the place where Trino tells one (1-based line and column of the statement's text).
 *
 * What Trino has and this engine has not is `NOT_SUPPORTED`, with a sentence that names it.
 *
 * @see https://github.com/trinodb/trino/blob/476/core/trino-spi/src/main/java/io/trino/spi/StandardErrorCode.java
 */
export class TrinoError extends Error {
  override readonly name = "TrinoError";

  /** What would be right, where that is known: `did you mean "price"?` */
  readonly hint: string | undefined;

  constructor(
    readonly code: string,
    readonly sentence: string,
    readonly line?: number,
    readonly column?: number,
    options: { readonly hint?: string } = {},
  ) {
    super(line === undefined ? sentence : `line ${line}:${column}: ${sentence}`);
    this.hint = options.hint;
  }
}

/**
 * A place in the statement's text. Lines and columns count from 1, columns in characters (code points), as in Trino's
 * errors. An operator's node stands at the operator where Trino puts it there (arithmetic, comparisons, BETWEEN, `||`,
 * AT TIME ZONE); every other node stands at its first word.
 */
export interface Position {
  readonly line: number;
  readonly column: number;
}

/** A {@link TrinoError} at a node of the statement. */
export const errorAt = (
  at: Position | undefined,
  code: string,
  sentence: string,
  hint?: string,
): TrinoError => new TrinoError(code, sentence, at?.line, at?.column, hint === undefined ? {} : { hint });

export const outOfRange = (sentence: string): TrinoError =>
  new TrinoError("NUMERIC_VALUE_OUT_OF_RANGE", sentence);

/** A refusal as text, for the errors of DuckDB that carry one out of a running statement. */
export const encodeError = (code: string, sentence: string): string => `TrinoError ${code}: ${sentence}`;

/** The refusal that a text from {@link encodeError} carries, whatever stands around it. */
export function decodeError(text: string): TrinoError | undefined {
  const [, code, sentence] = /TrinoError ([A-Z_0-9]+): ([\s\S]*)$/.exec(text) ?? [];
  return code === undefined || sentence === undefined ? undefined : new TrinoError(code, sentence);
}
