import type { S3Bucket } from "@cdktf/provider-aws/lib/s3-bucket";
import {
  S3BucketLifecycleConfiguration,
  type S3BucketLifecycleConfigurationRule,
} from "@cdktf/provider-aws/lib/s3-bucket-lifecycle-configuration";
import { objectDays, recordDays } from "@streaming-data-lake/rules/limits";
import { conditional, Fn, type ITerraformDependable, Op, Token } from "cdktf";
import type { Construct } from "constructs";
import type { Problems } from "../core/problems";
import { number, optional, type Shapes } from "../core/shape";
import { zones } from "./zones";

/** How long a lake keeps its objects. */
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

export const lakeRetentionShapes: Shapes<LakeRetentionProps> = {
  retentionDays: optional(number(recordDays)),
  errorRetentionDays: optional(number(objectDays)),
  resultRetentionDays: optional(number(objectDays)),
  noncurrentVersionRetentionDays: optional(number(objectDays)),
};

export function checkLakeRetention(problems: Problems, props: LakeRetentionProps): void {
  problems.integer("retentionDays", props.retentionDays, recordDays);
  problems.integer("errorRetentionDays", props.errorRetentionDays, objectDays);
  problems.integer("resultRetentionDays", props.resultRetentionDays, objectDays);
  problems.integer("noncurrentVersionRetentionDays", props.noncurrentVersionRetentionDays, objectDays);
}

interface Tier {
  /** Age in days at which objects move; at least 30 for STANDARD_IA. */
  readonly days: number;
  readonly storageClass: string;
  /**
   * The shortest retention, in days, for which the class pays off. S3 charges for at least 30 or 90 days, so an object
   * that is deleted earlier costs more than it saves.
   */
  readonly leastDays: number;
}

/** The tiers of each zone, in the order in which objects reach them. */
const tiers: Readonly<Record<"raw" | "processed", readonly Tier[]>> = {
  raw: [
    { days: 30, storageClass: "STANDARD_IA", leastDays: 60 },
    { days: 90, storageClass: "GLACIER_IR", leastDays: 180 },
  ],
  processed: [{ days: 90, storageClass: "STANDARD_IA", leastDays: 120 }],
};

/**
 * The transitions to the tiers that objects reach, for when only Terraform knows how many days objects are kept.
 * Terraform then counts the tiers. They are one dynamic block, because CDKTF has none within a block of a list.
 */
function dynamicTransitions(tiers: readonly Tier[], days: number): object {
  const count = tiers.reduce<unknown>(
    (fewer, { leastDays }, index) => conditional(Op.gte(days, leastDays), index + 1, fewer),
    0,
  );
  return {
    transition: {
      for_each: Fn.slice([...tiers], 0, Token.asNumber(count)),
      content: { days: "${transition.value.days}", storage_class: "${transition.value.storageClass}" },
    },
  };
}

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
    tiers: readonly Tier[] = [],
  ): S3BucketLifecycleConfigurationRule => {
    const reached = Token.isUnresolved(days) ? [] : tiers.filter(({ leastDays }) => leastDays <= days);
    return {
      id,
      status: "Enabled",
      filter: [{ prefix }],
      transition:
        reached.length > 0 ? reached.map(({ days, storageClass }) => ({ days, storageClass })) : undefined,
      expiration: [{ days }],
    };
  };
  const rules = [
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
  ];
  const lifecycle = new S3BucketLifecycleConfiguration(scope, "lifecycle", {
    bucket: bucket.id,
    rule: rules,
    dependsOn,
  });
  if (Token.isUnresolved(retention))
    for (const [id, ofZone] of Object.entries(tiers))
      lifecycle.addOverride(
        `rule.${rules.findIndex((rule) => rule.id === id)}.dynamic`,
        dynamicTransitions(ofZone, retention),
      );
  return lifecycle;
}
