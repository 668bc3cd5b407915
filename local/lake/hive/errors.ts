import { TrinoError } from "../trino/types/errors";

interface Place {
  readonly line: number;
  readonly column: number;
}

/** A statement that Hive's grammar doesn't take, as Athena says it. */
export const parseFailure = (at: Place, sentence: string, hint?: string): TrinoError =>
  new TrinoError("SYNTAX_ERROR", sentence, at.line, at.column, hint === undefined ? {} : { hint });

/** A statement whose words are right, and that the catalog refuses: `FAILED: SemanticException …`. */
export const semanticFailure = (sentence: string, hint?: string): TrinoError =>
  new TrinoError(
    "HIVE_SEMANTIC_ERROR",
    `FAILED: SemanticException ${sentence}`,
    undefined,
    undefined,
    hint === undefined ? {} : { hint },
  );

export const tableNotFound = (name: string): TrinoError =>
  semanticFailure(`[Error 10001]: Table not found ${name}`);

/** What Hive's metastore refuses while a statement runs. */
export const executionFailure = (sentence: string, hint?: string): TrinoError =>
  new TrinoError(
    "HIVE_EXECUTION_ERROR",
    `FAILED: Execution Error, return code 1 from org.apache.hadoop.hive.ql.exec.DDLTask. ${sentence}`,
    undefined,
    undefined,
    hint === undefined ? {} : { hint },
  );
