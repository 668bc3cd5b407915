import {
  DataAwsIamPolicyDocument,
  type DataAwsIamPolicyDocumentStatement,
} from "@cdktf/provider-aws/lib/data-aws-iam-policy-document";
import type { S3Bucket } from "@cdktf/provider-aws/lib/s3-bucket";
import { S3BucketOwnershipControls } from "@cdktf/provider-aws/lib/s3-bucket-ownership-controls";
import { S3BucketPolicy } from "@cdktf/provider-aws/lib/s3-bucket-policy";
import { S3BucketPublicAccessBlock } from "@cdktf/provider-aws/lib/s3-bucket-public-access-block";
import type { ITerraformDependable } from "cdktf";
import type { Construct } from "constructs";

/** Blocks public access to a bucket and disables its access control lists, so that only policies decide. */
export function keepPrivate(scope: Construct, bucket: S3Bucket): S3BucketPublicAccessBlock {
  new S3BucketOwnershipControls(scope, "ownership", {
    bucket: bucket.id,
    rule: { objectOwnership: "BucketOwnerEnforced" },
  });
  return new S3BucketPublicAccessBlock(scope, "public-access", {
    bucket: bucket.id,
    blockPublicAcls: true,
    blockPublicPolicy: true,
    ignorePublicAcls: true,
    restrictPublicBuckets: true,
  });
}

/**
 * Attaches the bucket's policy, which has the given statements and denies requests without TLS.
 *
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/security-best-practices.html
 */
export function attachBucketPolicy(
  scope: Construct,
  bucket: S3Bucket,
  dependsOn: ITerraformDependable[],
  statements: readonly DataAwsIamPolicyDocumentStatement[] = [],
): S3BucketPolicy {
  const document = new DataAwsIamPolicyDocument(scope, "bucket-policy-document", {
    statement: [
      ...statements,
      {
        sid: "DenyInsecureTransport",
        effect: "Deny",
        principals: [{ type: "*", identifiers: ["*"] }],
        actions: ["s3:*"],
        resources: [bucket.arn, `${bucket.arn}/*`],
        condition: [{ test: "Bool", variable: "aws:SecureTransport", values: ["false"] }],
      },
    ],
  });
  return new S3BucketPolicy(scope, "bucket-policy", { bucket: bucket.id, policy: document.json, dependsOn });
}
