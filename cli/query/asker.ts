import type { QueryColumn } from "@streaming-data-lake/lake";
import type { AnswerWriter } from "../output/formats";
import type { BoundStatement } from "./parameters";

/** An answer whose rows are written. */
export interface Answered {
  readonly columns: readonly QueryColumn[];
  readonly statistics: { readonly milliseconds: number; readonly bytesScanned: number };
  /** What is to be said behind the answer: one line each. */
  readonly hints: readonly string[];
}

/** Who runs statements: the lake of a folder, or Athena. */
export interface Asker {
  /** Runs a statement, and writes its rows while they come. */
  ask(statement: BoundStatement, writer: AnswerWriter, signal: AbortSignal): Promise<Answered>;
  close(): void;
}
