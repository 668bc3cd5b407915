import type { DataAwsIamPolicyDocumentStatement } from "@cdktf/provider-aws/lib/data-aws-iam-policy-document";

/** A policy statement that allows actions on resources. */
export interface PolicyStatement extends DataAwsIamPolicyDocumentStatement {
  readonly actions: string[];
  readonly resources: string[];
}
