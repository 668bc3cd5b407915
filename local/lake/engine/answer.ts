import type { ResultColumn } from "../trino/compile";
import type { ClientValue } from "./client-values";

export interface Answer {
  readonly columns: readonly ResultColumn[];
  /** Values by position, as a client of Trino has them. */
  readonly rows: readonly (readonly ClientValue[])[];
}
