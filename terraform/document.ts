import type { TypeConstraint } from "./expressions/types";
import type { Value } from "./values";

export type Body = Readonly<Record<string, unknown>>;

/** A `resource` or `data` block, or an instance of one. */
export interface Block {
  /**
   * Address of the block, such as `aws_s3_bucket.lake` or `data.aws_region.current`. In a plan, it may also be
   * `module.lake.aws_s3_bucket.lake["raw"]`.
   */
  readonly address: string;
  readonly mode: "managed" | "data";
  readonly type: string;
  readonly body: Body;
  /** Names that the block's expressions may use in addition to the document's, such as `count` or `each`. */
  readonly names?: Readonly<Record<string, Value>>;
}

/**
 * The common form of all kinds of input. In a configuration, expressions still have to be resolved. In a plan or a
 * state, values are known.
 */
export interface Document {
  /** Folder that the stack's file paths are relative to. */
  readonly folder: string;
  readonly resources: ReadonlyMap<string, Block>;
  readonly data: ReadonlyMap<string, Block>;
  readonly locals: Body;
  readonly variables: ReadonlyMap<string, Body>;
  /** The values given for variables. A value from the environment is parsed by the variable's type. */
  readonly given: ReadonlyMap<string, (type: TypeConstraint | undefined) => Value>;
  readonly outputs: ReadonlyMap<string, Body>;
  readonly providers: ReadonlyMap<string, readonly Body[]>;
  /** One sentence for each part of the input that is not read, with its place. */
  readonly notRead: readonly string[];
  /** Whether the attributes have been computed by Terraform, as far as they are known. */
  readonly isPlanned: boolean;
  /** Region and account of the deployment, if a plan or state contains them. */
  readonly region?: string | undefined;
  readonly accountId?: string | undefined;
}
