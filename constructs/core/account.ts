import { DataAwsCallerIdentity } from "@cdktf/provider-aws/lib/data-aws-caller-identity";
import { Fn, TerraformStack } from "cdktf";
import type { Construct } from "constructs";

/** The account that the stack is deployed to, looked up once a stack. */
export function accountId(scope: Construct): string {
  const stack = TerraformStack.of(scope);
  const id = "account";
  const known = stack.node.tryFindChild(id) as DataAwsCallerIdentity | undefined;
  return (known ?? new DataAwsCallerIdentity(stack, id)).accountId;
}

/**
 * The region in an ARN. The provider renamed the attribute of `data.aws_region` between its majors 5 and 6,
 * and an ARN reads the same in both.
 */
export function regionOf(arn: string): string {
  return Fn.element(Fn.split(":", arn), 3);
}
