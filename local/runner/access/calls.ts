import type { Call, Caller } from "@streaming-data-lake/iam";

/** Where a stack is deployed to. */
export interface Place {
  readonly region: string;
  readonly accountId: string;
}

/**
 * A service takes on a role for a resource of this account.
 *
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/confused-deputy.html
 *
 * @param context What the service adds, such as an external id.
 */
export function assumeRole(
  { accountId }: Place,
  service: string,
  roleArn: string,
  sourceArn: string,
  context: Call["context"] = {},
): Call {
  return {
    caller: { service },
    action: "sts:AssumeRole",
    resource: roleArn,
    context: { "aws:SourceAccount": accountId, "aws:SourceArn": sourceArn, ...context },
  };
}

/** Several actions of one caller on one resource. */
export function actionsOn(
  caller: Caller,
  resource: string,
  actions: readonly string[],
  context?: Call["context"],
): Call[] {
  return actions.map((action) => ({ caller, action, resource, ...(context && { context }) }));
}

/**
 * A call that a service makes for its caller, in the caller's name. Services that call each other do it in a chain.
 *
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/access_forward_access_sessions.html
 *
 * @param service Such as `athena.amazonaws.com`; before those that the call goes through already.
 */
export function forwarded(call: Call, service: string): Call {
  const chain = [service, ...[call.context?.["aws:CalledVia"] ?? []].flat()];
  return {
    ...call,
    context: {
      ...call.context,
      "aws:CalledVia": chain,
      "aws:CalledViaFirst": service,
      "aws:CalledViaLast": chain.at(-1) ?? service,
      "aws:ViaAWSService": "true",
    },
  };
}

export interface KeyUse {
  /** The service that uses the key for its caller, such as `s3`. */
  readonly via: string;
  /** What the key's use is bound to. */
  readonly encryptionContext: Readonly<Record<string, string>>;
}

/**
 * A customer-managed key is used by a service in its caller's name; without such a key nobody is asked.
 *
 * https://docs.aws.amazon.com/kms/latest/developerguide/conditions-kms.html
 */
export function useKey(
  { region, accountId }: Place,
  caller: Caller,
  keyArn: string | undefined,
  actions: readonly string[],
  { via, encryptionContext }: KeyUse,
): Call[] {
  if (keyArn === undefined) return [];
  const keys = Object.entries(encryptionContext);
  const calls = actionsOn(caller, keyArn, actions, {
    "kms:CallerAccount": accountId,
    "kms:ViaService": `${via}.${region}.amazonaws.com`,
    "kms:EncryptionContextKeys": keys.map(([key]) => key),
    ...Object.fromEntries(keys.map(([key, value]) => [`kms:EncryptionContext:${key}`, value])),
  });
  return "roleArn" in caller ? calls.map((call) => forwarded(call, `${via}.amazonaws.com`)) : calls;
}

/** What a writer of encrypted data needs: https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingKMSEncryption.html */
export const writerKeyActions = ["kms:GenerateDataKey", "kms:Decrypt"] as const;
export const readerKeyActions = ["kms:Decrypt"] as const;

/** Who calls in a role's name for a resource, which names the session. */
export function callerOf(
  { name }: { readonly name: string },
  roleArn: string | undefined,
): Extract<Caller, { roleArn: string }> | undefined {
  return roleArn === undefined ? undefined : { roleArn, session: name };
}
