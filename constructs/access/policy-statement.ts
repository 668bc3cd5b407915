import type { DataAwsIamPolicyDocumentStatement } from "@cdktf/provider-aws/lib/data-aws-iam-policy-document";

/** What is allowed on which resources. */
export interface PolicyStatement extends DataAwsIamPolicyDocumentStatement {
  readonly actions: string[];
  readonly resources: string[];
}
