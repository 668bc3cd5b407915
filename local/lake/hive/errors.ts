import { TrinoError } from "../trino/types/errors";

interface Place {
  readonly line: number;
  readonly column: number;
}

/** An error for a statement that is not valid in Hive's grammar, in Athena's form. */
export const parseFailure = (at: Place, sentence: string, hint?: string): TrinoError =>
  new TrinoError("SYNTAX_ERROR", sentence, at.line, at.column, hint === undefined ? {} : { hint });

/** An error for a valid statement that the catalog refuses: `FAILED: SemanticException …`. */
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

/** An error that Hive's metastore reports while a statement runs. */
export const executionFailure = (sentence: string, hint?: string): TrinoError =>
  new TrinoError(
    "HIVE_EXECUTION_ERROR",
    `FAILED: Execution Error, return code 1 from org.apache.hadoop.hive.ql.exec.DDLTask. ${sentence}`,
    undefined,
    undefined,
    hint === undefined ? {} : { hint },
  );
