import type { QueryColumn } from "@streaming-data-lake/lake";
import type { AnswerWriter } from "../output/formats";
import type { BoundStatement } from "./parameters";

/** An answer whose rows have been written. */
export interface Answered {
  readonly columns: readonly QueryColumn[];
  readonly statistics: { readonly milliseconds: number; readonly bytesScanned: number };
  /** Hints to print after the answer, one line each. */
  readonly hints: readonly string[];
}

/** Runs statements, on the lake of a folder or on Athena. */
export interface Asker {
  /** Runs a statement, and writes its rows as they arrive. */
  ask(statement: BoundStatement, writer: AnswerWriter, signal: AbortSignal): Promise<Answered>;
  close(): void;
}
