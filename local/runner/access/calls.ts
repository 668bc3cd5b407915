import type { Call, Caller } from "@streaming-data-lake/iam";

/** The region and the account that a stack is deployed to. */
export interface Place {
  readonly region: string;
  readonly accountId: string;
}

/**
 * The call with which a service assumes a role on behalf of a resource of this account.
 *
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/confused-deputy.html
 *
 * @param context Further condition keys that the service sends, such as an external id.
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

/** One call for each action, all by the same caller on the same resource. */
export function actionsOn(
  caller: Caller,
  resource: string,
  actions: readonly string[],
  context?: Call["context"],
): Call[] {
  return actions.map((action) => ({ caller, action, resource, ...(context && { context }) }));
}

/**
 * A call that a service makes in its caller's name. When the service itself was called by another service, the call
 * names the whole chain.
 *
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/access_forward_access_sessions.html
 *
 * @param service The service that forwards the call, such as `athena.amazonaws.com`. It is put first in the chain.
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
  /** The service that uses the key in its caller's name, such as `s3`. */
  readonly via: string;
  /** The encryption context, which policies can check. */
  readonly encryptionContext: Readonly<Record<string, string>>;
}

/**
 * The calls with which a service uses a customer-managed key in its caller's name. There are none without such a key,
 * because an AWS managed key needs no permission of the caller.
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

/** The actions on a key that writing needs: https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingKMSEncryption.html */
export const writerKeyActions = ["kms:GenerateDataKey", "kms:Decrypt"] as const;
/** The actions on a key that reading needs. */
export const readerKeyActions = ["kms:Decrypt"] as const;

/** Who calls in a role's name for a resource, which names the session. */
export function callerOf(
  { name }: { readonly name: string },
  roleArn: string | undefined,
): Extract<Caller, { roleArn: string }> | undefined {
  return roleArn === undefined ? undefined : { roleArn, session: name };
}
