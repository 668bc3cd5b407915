import type { ResultColumn } from "../trino/compile";
import type { ClientValue } from "./client-values";

export interface StatementAnswer {
  readonly columns: readonly ResultColumn[];
  /** Values by position, in the form in which Trino's protocol gives them to clients. */
  readonly rows: readonly (readonly ClientValue[])[];
}
