import type { S3Bucket } from "@cdktf/provider-aws/lib/s3-bucket";
import {
  S3BucketLifecycleConfiguration,
  type S3BucketLifecycleConfigurationRule,
} from "@cdktf/provider-aws/lib/s3-bucket-lifecycle-configuration";
import type { ITerraformDependable } from "cdktf";
import type { Construct } from "constructs";
import { type DataLakeProps, zones } from "./data-lake";

/** Days after which objects that are kept longer move to a cheaper class. S3 takes 30 at least for STANDARD_IA. */
const tiers = {
  raw: [
    { days: 30, storageClass: "STANDARD_IA" },
    { days: 90, storageClass: "GLACIER_IR" },
  ],
  processed: [{ days: 90, storageClass: "STANDARD_IA" }],
};

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/intro-lifecycle-rules.html */
export function createLifecycle(
  scope: Construct,
  bucket: S3Bucket,
  props: DataLakeProps,
  dependsOn: ITerraformDependable[],
): S3BucketLifecycleConfiguration {
  const retention = props.retentionDays ?? 365;
  const expire = (
    id: string,
    prefix: string,
    days: number,
    transition: readonly { days: number; storageClass: string }[] = [],
  ): S3BucketLifecycleConfigurationRule => ({
    id,
    status: "Enabled",
    filter: [{ prefix }],
    // A class is left at the earliest after the days that S3 charges for it anyway.
    transition: transition.filter((tier) => tier.days + 30 <= days),
    expiration: [{ days }],
  });
  return new S3BucketLifecycleConfiguration(scope, "lifecycle", {
    bucket: bucket.id,
    rule: [
      {
        id: "abandoned",
        status: "Enabled",
        filter: [{}],
        abortIncompleteMultipartUpload: [{ daysAfterInitiation: 1 }],
        noncurrentVersionExpiration: [{ noncurrentDays: props.noncurrentVersionRetentionDays ?? 7 }],
      },
      expire("raw", zones.raw, retention, tiers.raw),
      expire("processed", zones.processed, retention, tiers.processed),
      expire("errors", zones.errors, props.errorRetentionDays ?? 90),
      expire("results", zones.results, props.resultRetentionDays ?? 7),
    ],
    dependsOn,
  });
}
