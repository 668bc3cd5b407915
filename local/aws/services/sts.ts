import type * as Client from "@aws-sdk/client-sts";
import type { AssumeRoleRequest } from "@aws-sdk/client-sts";
import { PolicyError, parseSessionPolicy, type RequestContext, sessionArn } from "@streaming-data-lake/iam";
import type { Settings } from "@streaming-data-lake/terraform";
import { awsManagedPolicy } from "@streaming-data-lake/terraform/resources/managed-policies";
import { AwsError } from "../protocol/errors";
import type { Handlers } from "../server/handlers";
import type { World } from "../world";

/** Pattern of a RoleSessionName: https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html */
const sessionName = /^[\w+=,.@-]{2,64}$/;

export function sts({ stack, credentials, resources }: World): Handlers<typeof Client> {
  const { accountId } = stack;
  return {
    GetCallerIdentity(_input, { identity }) {
      if (identity.kind === "user")
        return {
          UserId: "AIDALOCALLOCALLOCAL00",
          Account: accountId,
          Arn: `arn:aws:iam::${accountId}:user/local`,
        };
      const { roleArn, session } = identity.role;
      return {
        UserId: `AROALOCALLOCALLOCAL00:${session}`,
        Account: accountId,
        Arn: sessionArn(roleArn, session),
      };
    },

    AssumeRole(input, call) {
      const { RoleArn = "", RoleSessionName = "", DurationSeconds = 3600, Tags = [], SourceIdentity } = input;
      if (!sessionName.test(RoleSessionName))
        throw new AwsError(
          "ValidationError",
          `1 validation error detected: Value '${RoleSessionName}' at 'roleSessionName' failed to satisfy constraint: Member must satisfy regular expression pattern: [\\w+=,.@-]*`,
        );
      checkDuration(DurationSeconds, 43_200);
      const role = stack.access.roles.find(({ arn }) => arn === RoleArn);
      const policies = sessionPolicies(input, resources("aws_iam_policy"));
      const actions = [
        "sts:AssumeRole",
        ...(Tags.length > 0 ? ["sts:TagSession"] : []),
        ...(SourceIdentity === undefined ? [] : ["sts:SetSourceIdentity"]),
      ];
      call.allow(actions, RoleArn, requestKeys(input));
      if (!role)
        throw new AwsError(
          "AccessDenied",
          `User: arn:aws:iam::${accountId}:user/local is not authorized to perform: sts:AssumeRole on resource: ${RoleArn}`,
          403,
        );
      const issued = credentials.issue(
        {
          roleArn: RoleArn,
          session: RoleSessionName,
          ...(policies.length > 0 && { policies }),
          ...((Tags.length > 0 || SourceIdentity !== undefined) && { context: sessionKeys(input) }),
        },
        DurationSeconds,
      );
      return {
        Credentials: issued,
        AssumedRoleUser: {
          AssumedRoleId: `AROALOCALLOCALLOCAL00:${RoleSessionName}`,
          Arn: sessionArn(RoleArn, RoleSessionName),
        },
        ...(policies.length > 0 && { PackedPolicySize: 1 }),
        ...(SourceIdentity !== undefined && { SourceIdentity }),
      };
    },

    GetSessionToken({ DurationSeconds = 43_200 }) {
      checkDuration(DurationSeconds, 129_600);
      return {
        Credentials: {
          AccessKeyId: "local",
          SecretAccessKey: "local",
          SessionToken: "local",
          Expiration: new Date(Date.now() + DurationSeconds * 1000),
        },
      };
    },
  };
}

type AssumeRole = Partial<AssumeRoleRequest>;

/**
 * The policies that limit the session: the request's inline policy and the managed policies that it names.
 *
 * @param managed The stack's managed policies.
 * @throws AwsError when the inline policy is malformed, or a managed policy is not known here.
 */
function sessionPolicies({ Policy, PolicyArns = [] }: AssumeRole, managed: readonly Settings[]): string[] {
  const named = PolicyArns.map(({ arn = "" }) => {
    const own = managed.find((policy) => policy.knownText("arn") === arn);
    const text = own ? own.knownText("policy") : awsManagedPolicy(arn);
    if (text === undefined)
      throw new AwsError("ValidationError", `The managed policy ${arn} is not known here`);
    return text;
  });
  if (Policy === undefined) return named;
  try {
    parseSessionPolicy(Policy, "Policy");
  } catch (error) {
    if (!(error instanceof PolicyError)) throw error;
    throw new AwsError("MalformedPolicyDocument", error.message);
  }
  return [Policy, ...named];
}

/**
 * Condition keys of the request, which the role's trust policy can test.
 *
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_iam-condition-keys.html#ck_sts
 */
function requestKeys({
  ExternalId,
  RoleSessionName = "",
  SourceIdentity,
  Tags = [],
}: AssumeRole): RequestContext {
  return {
    "sts:RoleSessionName": RoleSessionName,
    ...(ExternalId !== undefined && { "sts:ExternalId": ExternalId }),
    ...(SourceIdentity !== undefined && { "sts:SourceIdentity": SourceIdentity }),
    ...(Tags.length > 0 && { "aws:TagKeys": Tags.map(({ Key = "" }) => Key) }),
    ...Object.fromEntries(Tags.map(({ Key, Value = "" }) => [`aws:RequestTag/${Key}`, Value])),
  };
}

/**
 * Condition keys of the session, which policies can test in later calls.
 *
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/id_session-tags.html
 */
function sessionKeys({ SourceIdentity, Tags = [] }: AssumeRole): RequestContext {
  return {
    ...(SourceIdentity !== undefined && { "aws:SourceIdentity": SourceIdentity }),
    ...Object.fromEntries(Tags.map(({ Key, Value = "" }) => [`aws:PrincipalTag/${Key}`, Value])),
  };
}

/** @param most Longest duration that the operation allows. Seconds. @throws AwsError ValidationError */
function checkDuration(seconds: number, most: number): void {
  if (seconds >= 900 && seconds <= most) return;
  throw new AwsError(
    "ValidationError",
    `1 validation error detected: Value '${seconds}' at 'durationSeconds' failed to satisfy constraint: Member must be between 900 and ${most}`,
  );
}
