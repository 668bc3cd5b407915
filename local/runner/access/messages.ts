import type { Call, Caller } from "@streaming-data-lake/iam";
import type { Stack } from "@streaming-data-lake/terraform/types";
import { actionsOn, type Place, readerKeyActions, useKey, writerKeyActions } from "./calls";

/** The calls that send a message to a queue or a topic, including those for its key. */
export function sendCalls(
  stack: Place & Pick<Stack, "access">,
  caller: Caller,
  arn: string,
  context?: Call["context"],
): readonly Call[] {
  const isQueue = arn.includes(":sqs:");
  const key = keyCalls(stack, caller, arn, writerKeyActions);
  return [
    ...actionsOn(caller, arn, [isQueue ? "sqs:SendMessage" : "sns:Publish"], context),
    ...key.map((call) => ({ ...call, context: { ...call.context, ...context } })),
  ];
}

/**
 * The calls that receive a message from a queue, including those for its key:
 * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-key-management.html
 */
export function receiveCalls(
  stack: Place & Pick<Stack, "access">,
  caller: Caller,
  arn: string,
): readonly Call[] {
  return [
    ...actionsOn(caller, arn, ["sqs:ReceiveMessage"]),
    ...keyCalls(stack, caller, arn, readerKeyActions),
  ];
}

/** The calls for the key of a queue or a topic. */
function keyCalls(
  stack: Place & Pick<Stack, "access">,
  caller: Caller,
  arn: string,
  actions: readonly string[],
): Call[] {
  const isQueue = arn.includes(":sqs:");
  const { queues, topics } = stack.access;
  const kmsKeyArn = (isQueue ? queues : topics).find((one) => one.arn === arn)?.kmsKeyArn;
  const via = isQueue ? "sqs" : "sns";
  return useKey(stack, caller, kmsKeyArn, actions, { via, encryptionContext: { [`aws:${via}:arn`]: arn } });
}

/**
 * The call with which a service invokes a function in its own name, if the function's policy allows it:
 * https://docs.aws.amazon.com/lambda/latest/dg/access-control-resource-based.html
 */
export const invokeCalls = (caller: Caller, arn: string, context: Call["context"]): readonly Call[] =>
  actionsOn(caller, arn, ["lambda:InvokeFunction"], context);
