import type { Type } from "./expressions/types";
import type { Value } from "./values";

export type Body = Readonly<Record<string, unknown>>;

/** A `resource` or `data` block, or an instance of one. */
export interface Block {
  /** `aws_s3_bucket.lake`, `data.aws_region.current`, or in a plan `module.lake.aws_s3_bucket.lake["raw"]`. */
  readonly address: string;
  readonly mode: "managed" | "data";
  readonly type: string;
  readonly body: Body;
  /** What its expressions may use beside the document: `count` or `each`. */
  readonly names?: Readonly<Record<string, Value>>;
}

/**
 * What every kind of input is read into: a configuration, whose expressions are still to be resolved, or a plan or
 * state, whose values are known.
 */
export interface Document {
  /** Paths of the stack's files are relative to it. */
  readonly folder: string;
  readonly resources: ReadonlyMap<string, Block>;
  readonly data: ReadonlyMap<string, Block>;
  readonly locals: Body;
  readonly variables: ReadonlyMap<string, Body>;
  /** What was given for variables. The type says how a value of the environment is to be read. */
  readonly given: ReadonlyMap<string, (type: Type | undefined) => Value>;
  readonly outputs: ReadonlyMap<string, Body>;
  readonly providers: ReadonlyMap<string, readonly Body[]>;
  /** Parts of the input that are not read, one sentence each with its place. */
  readonly notRead: readonly string[];
  /** Whether the attributes are those that Terraform has computed, as far as it has. */
  readonly isPlanned: boolean;
  /** Where it is deployed, as far as a plan or state says. */
  readonly region?: string | undefined;
  readonly accountId?: string | undefined;
}
