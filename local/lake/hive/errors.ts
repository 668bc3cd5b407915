import { errorAt, type TextPosition, type TrinoError } from "../trino/types/errors";

/** An error for a statement that is not valid in Hive's grammar, in Athena's form. */
export const parseFailure = (at: TextPosition, sentence: string, hint?: string): TrinoError =>
  errorAt(at, "SYNTAX_ERROR", sentence, hint);

/** An error for a valid statement that the catalog refuses: `FAILED: SemanticException …`. */
export const semanticFailure = (sentence: string, hint?: string): TrinoError =>
  errorAt(undefined, "HIVE_SEMANTIC_ERROR", `FAILED: SemanticException ${sentence}`, hint);

export const tableNotFound = (name: string): TrinoError =>
  semanticFailure(`[Error 10001]: Table not found ${name}`);

/** An error that Hive's metastore reports while a statement runs. */
export const executionFailure = (sentence: string, hint?: string): TrinoError =>
  errorAt(
    undefined,
    "HIVE_EXECUTION_ERROR",
    `FAILED: Execution Error, return code 1 from org.apache.hadoop.hive.ql.exec.DDLTask. ${sentence}`,
    hint,
  );
