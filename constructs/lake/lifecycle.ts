import type { S3Bucket } from "@cdktf/provider-aws/lib/s3-bucket";
import {
  S3BucketLifecycleConfiguration,
  type S3BucketLifecycleConfigurationRule,
} from "@cdktf/provider-aws/lib/s3-bucket-lifecycle-configuration";
import type { ITerraformDependable } from "cdktf";
import type { Construct } from "constructs";
import { objectDays, recordDays } from "../core/limits";
import type { Problems } from "../core/problems";
import { zones } from "./zones";

/** How long a lake keeps what. */
export interface LakeRetentionProps {
  /** Days that records are kept, 2 or more. @default 365 */
  readonly retentionDays?: number;
  /** Days that undeliverable records are kept. @default 90 */
  readonly errorRetentionDays?: number;
  /** Days that query results are kept. @default 7 */
  readonly resultRetentionDays?: number;
  /** Days that replaced and deleted versions are kept. @default 7 */
  readonly noncurrentVersionRetentionDays?: number;
}

export function checkLakeRetention(problems: Problems, props: LakeRetentionProps): void {
  problems.integer("retentionDays", props.retentionDays, recordDays);
  problems.integer("errorRetentionDays", props.errorRetentionDays, objectDays);
  problems.integer("resultRetentionDays", props.resultRetentionDays, objectDays);
  problems.integer("noncurrentVersionRetentionDays", props.noncurrentVersionRetentionDays, objectDays);
}

interface Tier {
  /** Age at which objects move; 30 at least for STANDARD_IA. */
  readonly days: number;
  readonly storageClass: string;
  /** What S3 charges the class for at least: an object that is deleted earlier costs more than it saved. */
  readonly shortestStayDays: number;
}

const tiers: Readonly<Record<"raw" | "processed", readonly Tier[]>> = {
  raw: [
    { days: 30, storageClass: "STANDARD_IA", shortestStayDays: 30 },
    { days: 90, storageClass: "GLACIER_IR", shortestStayDays: 90 },
  ],
  processed: [{ days: 90, storageClass: "STANDARD_IA", shortestStayDays: 30 }],
};

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/lifecycle-transition-general-considerations.html */
export function createLifecycle(
  scope: Construct,
  bucket: S3Bucket,
  props: LakeRetentionProps,
  dependsOn: ITerraformDependable[],
): S3BucketLifecycleConfiguration {
  const retention = props.retentionDays ?? 365;
  const expire = (
    id: string,
    prefix: string,
    days: number,
    transition: readonly Tier[] = [],
  ): S3BucketLifecycleConfigurationRule => {
    const reached = transition.filter((tier) => tier.days + tier.shortestStayDays <= days);
    return {
      id,
      status: "Enabled",
      filter: [{ prefix }],
      transition:
        reached.length > 0 ? reached.map(({ days, storageClass }) => ({ days, storageClass })) : undefined,
      expiration: [{ days }],
    };
  };
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
