import { S3BucketServerSideEncryptionConfigurationA } from "@cdktf/provider-aws/lib/s3-bucket-server-side-encryption-configuration";
import type { IConstruct } from "constructs";
import { allOf, sameReference } from "../core/made-here";
import { type NamedBucket, namesOf, ownBucket } from "./own-bucket";

/** Whether this app creates the bucket with this name or ARN, and encrypts it with a customer-managed key. */
export function hasCustomerManagedKey(scope: IConstruct, names: NamedBucket): boolean {
  const bucket = ownBucket(scope, names);
  if (!bucket) return false;
  return allOf(scope, S3BucketServerSideEncryptionConfigurationA).some(
    ({ ruleInput, bucketInput = "" }) =>
      Array.isArray(ruleInput) &&
      ruleInput.some((rule) => rule.applyServerSideEncryptionByDefault?.kmsMasterKeyId !== undefined) &&
      namesOf(bucket).some((name) => sameReference(name, bucketInput)),
  );
}
