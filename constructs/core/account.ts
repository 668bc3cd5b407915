import { DataAwsCallerIdentity } from "@cdktf/provider-aws/lib/data-aws-caller-identity";
import { DataAwsRegion } from "@cdktf/provider-aws/lib/data-aws-region";
import { Fn, TerraformStack } from "cdktf";
import type { Construct } from "constructs";

/** The data source of each stack. It is not looked up by its id, because another construct could have that id. */
const accounts = new WeakMap<TerraformStack, DataAwsCallerIdentity>();

/** The account that the stack is deployed to. Each stack looks it up only once. */
export function accountId(scope: Construct): string {
  return callerOf(scope).accountId;
}

function callerOf(scope: Construct): DataAwsCallerIdentity {
  const stack = TerraformStack.of(scope);
  const account = accounts.get(stack) ?? new DataAwsCallerIdentity(stack, "streaming-data-lake-account");
  accounts.set(stack, account);
  return account;
}

/** The AWS partition that the stack is deployed to, such as `aws` or `aws-cn`. It is read from the caller's ARN. */
export function partition(scope: Construct): string {
  return Fn.element(Fn.split(":", callerOf(scope).arn), 1);
}

const regions = new WeakMap<TerraformStack, DataAwsRegion>();

/** The region that the stack is deployed to. Its `id` exists in the provider's major versions 5 and 6. */
export function region(scope: Construct): string {
  const stack = TerraformStack.of(scope);
  const found = regions.get(stack) ?? new DataAwsRegion(stack, "streaming-data-lake-region");
  regions.set(stack, found);
  return found.id;
}

/**
 * The region in an ARN. The provider renamed the attribute of `data.aws_region` between its major versions 5 and 6, but
 * ARNs are the same in both.
 */
export function regionOf(arn: string): string {
  return Fn.element(Fn.split(":", arn), 3);
}
