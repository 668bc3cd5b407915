import type { LambdaFunction, Stack } from "@streaming-data-lake/terraform/types";

/** Whether a mapping or a delivery stream invokes a function. */
export function isInvoked(
  { mappings, deliveryStreams }: Pick<Stack, "deliveryStreams" | "mappings">,
  { arn }: LambdaFunction,
): boolean {
  return (
    mappings.some(({ functionArn, enabled }) => functionArn === arn && enabled) ||
    deliveryStreams.some(({ processing }) => processing.transform?.functionArn === arn)
  );
}
