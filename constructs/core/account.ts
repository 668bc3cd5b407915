import { DataAwsCallerIdentity } from "@cdktf/provider-aws/lib/data-aws-caller-identity";
import { DataAwsRegion } from "@cdktf/provider-aws/lib/data-aws-region";
import { Fn, TerraformStack } from "cdktf";
import type { Construct } from "constructs";

/** By stack. A child found by its id could be another construct. */
const accounts = new WeakMap<TerraformStack, DataAwsCallerIdentity>();

/** The account that the stack is deployed to, looked up once a stack. */
export function accountId(scope: Construct): string {
  return callerOf(scope).accountId;
}

function callerOf(scope: Construct): DataAwsCallerIdentity {
  const stack = TerraformStack.of(scope);
  const account = accounts.get(stack) ?? new DataAwsCallerIdentity(stack, "streaming-data-lake-account");
  accounts.set(stack, account);
  return account;
}

/** The partition of AWS that the stack is deployed to, such as `aws` or `aws-cn`, as the caller's ARN has it. */
export function partition(scope: Construct): string {
  return Fn.element(Fn.split(":", callerOf(scope).arn), 1);
}

const regions = new WeakMap<TerraformStack, DataAwsRegion>();

/** The region that the stack is deployed to. `id` is the attribute that the provider's majors 5 and 6 share. */
export function region(scope: Construct): string {
  const stack = TerraformStack.of(scope);
  const found = regions.get(stack) ?? new DataAwsRegion(stack, "streaming-data-lake-region");
  regions.set(stack, found);
  return found.id;
}

/**
 * The region in an ARN. The provider renamed the attribute of `data.aws_region` between its majors 5 and 6,
 * and an ARN reads the same in both.
 */
export function regionOf(arn: string): string {
  return Fn.element(Fn.split(":", arn), 3);
}
