import type { KinesisContext } from "../context";
import { invalidArgument, notFound } from "../protocol/errors";
import type { Input, Output } from "../protocol/model";
import { resourceOf } from "./resource";

/** Stores a policy, which is then reported but not enforced, since there is only one account. */
export function putResourcePolicy(kinesis: KinesisContext, input: Input<"PutResourcePolicy">): undefined {
  const resource = resourceOf(kinesis, input.ResourceARN);
  let policy: unknown;
  try {
    policy = JSON.parse(input.Policy);
  } catch {
    policy = undefined;
  }
  if (typeof policy !== "object" || policy === null || Array.isArray(policy) || !("Statement" in policy))
    throw invalidArgument("The resource policy is malformed: it must be a JSON object with a Statement.");
  resource.save({ policy: input.Policy });
}

export function getResourcePolicy(
  kinesis: KinesisContext,
  input: Input<"GetResourcePolicy">,
): Output<"GetResourcePolicy"> {
  return { Policy: resourceOf(kinesis, input.ResourceARN).policy ?? "{}" };
}

export function deleteResourcePolicy(
  kinesis: KinesisContext,
  input: Input<"DeleteResourcePolicy">,
): undefined {
  const resource = resourceOf(kinesis, input.ResourceARN);
  if (resource.policy === undefined)
    throw notFound(`No resource policy found for resource ${input.ResourceARN}.`);
  resource.save({ policy: undefined });
}
