import { S3Bucket } from "@cdktf/provider-aws/lib/s3-bucket";
import { S3BucketServerSideEncryptionConfigurationA } from "@cdktf/provider-aws/lib/s3-bucket-server-side-encryption-configuration";
import type { IConstruct } from "constructs";
import { allOf, sameReference } from "../core/made-here";

/** Whether the app itself makes the bucket of this name or ARN, and encrypts it with a customer-managed key. */
export function hasCustomerManagedKey(scope: IConstruct, bucketName: string, bucketArn: string): boolean {
  const encrypted = allOf(scope, S3BucketServerSideEncryptionConfigurationA).filter(
    ({ ruleInput }) =>
      Array.isArray(ruleInput) &&
      ruleInput.some((rule) => rule.applyServerSideEncryptionByDefault?.kmsMasterKeyId !== undefined),
  );
  return allOf(scope, S3Bucket).some((bucket) => {
    const names = [bucket.bucket, bucket.id, bucket.bucketInput ?? ""];
    const isIt =
      names.some((name) => sameReference(name, bucketName)) || sameReference(bucket.arn, bucketArn);
    return (
      isIt && encrypted.some(({ bucketInput = "" }) => names.some((name) => sameReference(name, bucketInput)))
    );
  });
}
