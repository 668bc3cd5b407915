import type { Call, Caller } from "@streaming-data-lake/iam";
import type { Stack } from "@streaming-data-lake/terraform/types";
import { actionsOn, type Place, readerKeyActions, useKey, writerKeyActions } from "./calls";

/** A message to a queue or a topic, with the calls to its key. */
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

/** A message from a queue: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-key-management.html */
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

/** The use of the key of a queue or a topic. */
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

/** A service invokes a function in its own name, as the function's policy allows: https://docs.aws.amazon.com/lambda/latest/dg/access-control-resource-based.html */
export const invokeCalls = (caller: Caller, arn: string, context: Call["context"]): readonly Call[] =>
  actionsOn(caller, arn, ["lambda:InvokeFunction"], context);
