import { Authority, type Call } from "../../../local/iam/index";
import type { Stack } from "../../../terraform/types";

const foreign = "999999999999";

/**
 * What others could try, and the stack denies: the pipeline's own calls without TLS, for the resources of another
 * account, of services that it has nothing to do with, and the end of its keys.
 */
export function hostileCalls(stack: Stack, calls: readonly Call[]): Call[] {
  const authority = new Authority(stack);
  const tried = [
    ...calls.flatMap((call) => [
      { ...call, context: { ...call.context, "aws:SecureTransport": "false" } },
      inAnotherAccount(call, stack.accountId),
      withoutSecondFactor(call),
      ...("service" in call.caller ? [{ ...call, caller: { service: "ec2.amazonaws.com" } }] : []),
    ]),
    ...bucketsWithPolicies(stack).map((resource) => ({
      caller: { root: stack.accountId },
      action: "s3:ListBucket",
      resource,
      context: { "aws:SecureTransport": "false" },
    })),
    ...stack.access.keys.map((resource) => ({
      caller: { root: stack.accountId },
      action: "kms:ScheduleKeyDeletion",
      resource,
    })),
  ];
  return tried.filter((call) => !authority.decide(call).allowed);
}

function bucketsWithPolicies({ access }: Stack): string[] {
  const resources = access.resourcePolicies.map(({ resource }) => resource);
  return [...new Set(resources.filter((resource) => resource.startsWith("arn:aws:s3:::")))];
}

/** The same service acts for a resource of an account that has named our role, topic or key. */
function inAnotherAccount(call: Call, account: string): Call {
  const context = Object.fromEntries(
    Object.entries(call.context ?? {}).map(([key, value]) => [
      key,
      typeof value === "string" ? value.replaceAll(account, foreign) : value,
    ]),
  );
  return { ...call, context };
}

function withoutSecondFactor(call: Call): Call {
  const { "aws:MultiFactorAuthPresent": _, ...context } = call.context ?? {};
  return { ...call, context };
}
