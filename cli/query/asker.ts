import type { QueryColumn } from "@streaming-data-lake/lake";
import type { AnswerWriter } from "../output/formats";
import type { BoundStatement } from "./parameters";

/** An answer whose rows are written. */
export interface Answered {
  readonly columns: readonly QueryColumn[];
  readonly statistics: { readonly milliseconds: number; readonly bytesScanned: number };
}

/** Who runs statements: the lake of a folder, or Athena. */
export interface Asker {
  /** Runs a statement, and writes its rows while they come. Hints go to standard error. */
  ask(statement: BoundStatement, writer: AnswerWriter, signal: AbortSignal): Promise<Answered>;
  close(): void;
}
