import type { RequestContext } from "../match/context";
import { rootArn } from "../match/principals";

/** Who makes a call: a role, under the name of a session, or a service of AWS on its own behalf. */
export type Caller =
  | {
      readonly roleArn: string;
      /** Such as the function's name for the execution role of a function. */
      readonly session: string;
      /**
       * Session policies, as JSON: those that were given when the role was taken on, together.
       *
       * https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies.html#policies_session
       */
      readonly policies?: readonly string[];
      /** Condition keys of the session, such as `aws:PrincipalTag/team` for a tag that it was given. */
      readonly context?: RequestContext;
    }
  /** Such as `lambda.amazonaws.com`. */
  | { readonly service: string }
  /** The root user of an account. */
  | { readonly root: string };

/** A call to a service, as IAM sees it. */
export interface Call {
  readonly caller: Caller;
  /** Such as `s3:PutObject`. */
  readonly action: string;
  /** ARN, or `*` for an action without a resource. */
  readonly resource: string;
  /** What the call has beside what every call has. */
  readonly context?: RequestContext;
}

/** Who calls, as a person would say it: the role's name, or the service's. */
export function callerName({ caller }: Pick<Call, "caller">): string {
  if ("root" in caller) return `root of ${caller.root}`;
  return "service" in caller ? caller.service : caller.roleArn.replace(/^.*\//, "");
}

export function callerArn({ caller }: Pick<Call, "caller">): string {
  if ("root" in caller) return rootArn(caller.root);
  return "service" in caller ? caller.service : sessionArn(caller.roleArn, caller.session);
}

/**
 * The principal of a role's session.
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
