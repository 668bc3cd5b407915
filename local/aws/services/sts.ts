import type * as Client from "@aws-sdk/client-sts";
import { sessionArn } from "@streaming-data-lake/iam";
import { AwsError } from "../protocol/errors";
import type { Handlers } from "../server/handlers";
import type { World } from "../world";

/** https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html */
const sessionName = /^[\w+=,.@-]{2,64}$/;

export function sts({ stack, credentials }: World): Handlers<typeof Client> {
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

    AssumeRole({ RoleArn = "", RoleSessionName = "", DurationSeconds = 3600, Policy }, call) {
      if (!sessionName.test(RoleSessionName))
        throw new AwsError(
          "ValidationError",
          `1 validation error detected: Value '${RoleSessionName}' at 'roleSessionName' failed to satisfy constraint: Member must satisfy regular expression pattern: [\\w+=,.@-]*`,
          400,
        );
      if (DurationSeconds < 900 || DurationSeconds > 43_200)
        throw new AwsError(
          "ValidationError",
          `1 validation error detected: Value '${DurationSeconds}' at 'durationSeconds' failed to satisfy constraint: Member must be between 900 and 43200`,
          400,
        );
      const role = stack.access.roles.find(({ arn }) => arn === RoleArn);
      call.allow("sts:AssumeRole", RoleArn);
      if (!role)
        throw new AwsError(
          "AccessDenied",
          `User: arn:aws:iam::${accountId}:user/local is not authorized to perform: sts:AssumeRole on resource: ${RoleArn}`,
          403,
        );
      const issued = credentials.issue(
        { roleArn: RoleArn, session: RoleSessionName, ...(Policy !== undefined && { policies: [Policy] }) },
        DurationSeconds,
      );
      return {
        Credentials: issued,
        AssumedRoleUser: {
          AssumedRoleId: `AROALOCALLOCALLOCAL00:${RoleSessionName}`,
          Arn: sessionArn(RoleArn, RoleSessionName),
        },
        ...(Policy !== undefined && { PackedPolicySize: 1 }),
      };
    },

    GetSessionToken({ DurationSeconds = 43_200 }) {
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
