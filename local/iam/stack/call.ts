import type { RequestContext } from "../match/context";
import { rootArn } from "../match/principals";

/** Who makes a call: a session of a role, an AWS service on its own behalf, or a root user. */
export type Caller =
  | {
      readonly roleArn: string;
      /** Name of the session. For a function's execution role, this is the function's name. */
      readonly session: string;
      /**
       * The session policies given when the role was assumed, as JSON.
       *
       * https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies.html#policies_session
       */
      readonly policies?: readonly string[];
      /** Condition keys of the session, such as `aws:PrincipalTag/team` for a session tag. */
      readonly context?: RequestContext;
    }
  /** An AWS service, such as `lambda.amazonaws.com`. */
  | { readonly service: string }
  /** The root user of an account, by the account's id. */
  | { readonly root: string };

/** A call to a service, as IAM sees it. */
export interface Call {
  readonly caller: Caller;
  /** The action, such as `s3:PutObject`. */
  readonly action: string;
  /** ARN of the resource, or `*` for an action without a resource. */
  readonly resource: string;
  /** Condition keys of this call, in addition to those that every call has. */
  readonly context?: RequestContext;
}

/** The caller's name for messages: that of the role or of the service. */
export function callerName({ caller }: Pick<Call, "caller">): string {
  if ("root" in caller) return `root of ${caller.root}`;
  return "service" in caller ? caller.service : caller.roleArn.replace(/^.*\//, "");
}

export function callerArn({ caller }: Pick<Call, "caller">): string {
  if ("root" in caller) return rootArn(caller.root);
  return "service" in caller ? caller.service : sessionArn(caller.roleArn, caller.session);
}

/**
 * The ARN of a role's session.
 *
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html#principal-role-session
 */
export function sessionArn(roleArn: string, session: string): string {
  const [, partition = "aws", account = ""] = /^arn:([^:]+):iam::(\d+):/.exec(roleArn) ?? [];
  const name = session.replace(/[^\w+=,.@-]/g, "-").slice(0, 64);
  return `arn:${partition}:sts::${account}:assumed-role/${roleArn.replace(/^.*\//, "")}/${name}`;
}

export function accountOf(arn: string): string {
  return arn.split(":")[4] ?? "";
}
