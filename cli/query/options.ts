import type { Format } from "../output/format-names";
import type { ParameterValue } from "./parameters";

/** What `npm run query` is asked to do. */
export interface QueryOptions {
  readonly source:
    | { readonly kind: "sql" | "file" | "name"; readonly text: string }
    | { readonly kind: "stdin" | "list" | "prompt" };
  readonly params: ReadonlyMap<string, ParameterValue>;
  readonly aws?: true;
  /** Absent for the stack that runs in the folder, or of this project's app. */
  readonly stack?: string;
  readonly plan?: string;
  readonly state?: string;
  readonly dir: string;
  /** Of tables that are named without one; absent for the stack's. */
  readonly database?: string;
  /** Seconds; absent for the lake's own. */
  readonly timeLimit?: number;
  readonly format: Format;
  /** A file in place of standard output. */
  readonly output?: string;
}
