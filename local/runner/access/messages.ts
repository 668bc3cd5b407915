import type { Call, Caller } from "@streaming-data-lake/iam";
import type { Stack } from "@streaming-data-lake/terraform/types";
import { actionsOn, type Place, useKey, writerKeyActions } from "./calls";

/** A message to a queue or a topic, with the calls to its key. */
export function sendCalls(
  stack: Place & Pick<Stack, "access">,
  caller: Caller,
  arn: string,
  context?: Call["context"],
): readonly Call[] {
  const isQueue = arn.includes(":sqs:");
  const { queues, topics } = stack.access;
  const kmsKeyArn = (isQueue ? queues : topics).find((one) => one.arn === arn)?.kmsKeyArn;
  const via = isQueue ? "sqs" : "sns";
  const key = useKey(stack, caller, kmsKeyArn, writerKeyActions, {
    via,
    encryptionContext: { [`aws:${via}:arn`]: arn },
  });
  return [
    ...actionsOn(caller, arn, [isQueue ? "sqs:SendMessage" : "sns:Publish"], context),
    ...key.map((call) => ({ ...call, context: { ...call.context, ...context } })),
  ];
}

/** A service invokes a function in its own name, as the function's policy allows: https://docs.aws.amazon.com/lambda/latest/dg/access-control-resource-based.html */
export const invokeCalls = (caller: Caller, arn: string, context: Call["context"]): readonly Call[] =>
  actionsOn(caller, arn, ["lambda:InvokeFunction"], context);
