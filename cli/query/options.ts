import type { ParameterValue } from "@streaming-data-lake/lake";
import type { OutputFormat } from "../output/format-names";

/** The options of `npm run query`. */
export interface QueryFlags {
  readonly source:
    | { readonly kind: "sql" | "file" | "name"; readonly text: string }
    | { readonly kind: "stdin" | "list" | "prompt" };
  readonly params: ReadonlyMap<string, ParameterValue>;
  readonly aws?: true;
  /** Path of a stack; absent for the stack that runs in the folder, or else that of this project's app. */
  readonly stack?: string;
  readonly plan?: string;
  readonly state?: string;
  readonly dir: string;
  /** Database of tables that are named without one; absent for the stack's database. */
  readonly database?: string;
  /** Time limit of a statement in seconds; absent for the lake's default. */
  readonly timeLimit?: number;
  readonly format: OutputFormat;
  /** Path of a file to write the answer to; absent for standard output. */
  readonly output?: string;
}
