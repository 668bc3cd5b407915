import type { DataAwsIamPolicyDocumentStatement } from "@cdktf/provider-aws/lib/data-aws-iam-policy-document";
import { S3Bucket } from "@cdktf/provider-aws/lib/s3-bucket";
import { S3BucketLifecycleConfiguration } from "@cdktf/provider-aws/lib/s3-bucket-lifecycle-configuration";
import { S3BucketServerSideEncryptionConfigurationA } from "@cdktf/provider-aws/lib/s3-bucket-server-side-encryption-configuration";
import { S3BucketVersioningA } from "@cdktf/provider-aws/lib/s3-bucket-versioning";
import { objectDays } from "@streaming-data-lake/rules/limits";
import { Construct } from "constructs";
import { accountId } from "../core/account";
import { checkTwoKeys, dataDestructionAllowed } from "../core/data-destruction";
import { defaultName } from "../core/names";
import { Problems } from "../core/problems";
import { flag, number, optional, type Shapes, shaped, text } from "../core/shape";
import { attachBucketPolicy, keepPrivate } from "./bucket-access";
import { checkBucketName, claimBucketName } from "./bucket-name";

export interface AccessLogBucketProps {
  /**
   * Name of the bucket: 3-63 lower-case letters, digits and hyphens, globally unique.
   *
   * @default - `<project>-<environment>-<construct id>-<account>`
   */
  readonly bucketName?: string;
  /** Days that logs are kept, 1 or more. @default 90 */
  readonly retentionDays?: number;
  /**
   * Lets a destroy delete a bucket that holds logs. Also requires the context flag `allowDataDestruction`.
   *
   * @default false
   */
  readonly forceDestroy?: boolean;
}

const shapes: Shapes<AccessLogBucketProps> = {
  bucketName: optional(text),
  retentionDays: optional(number(objectDays)),
  forceDestroy: optional(flag),
};

/** A bucket to which S3 writes the access logs of this account's buckets. */
export class AccessLogBucket extends Construct {
  readonly bucket: S3Bucket;

  constructor(scope: Construct, id: string, props: AccessLogBucketProps = {}) {
    super(scope, id);
    props = shaped(this, props, shapes);
    Problems.check(this, (problems) => {
      checkBucketName(problems, props.bucketName ?? `${defaultName(this)}-000000000000`);
      problems.integer("retentionDays", props.retentionDays, objectDays);
      checkTwoKeys(problems, this, "forceDestroy", props.forceDestroy);
    });
    claimBucketName(this, props.bucketName);
    this.bucket = new S3Bucket(this, "bucket", {
      bucket: props.bucketName ?? `${defaultName(this)}-${accountId(this)}`,
      forceDestroy: props.forceDestroy === true && dataDestructionAllowed(this),
    });
    attachBucketPolicy(this, this.bucket, [keepPrivate(this, this.bucket)], [this.delivery()]);
    // S3 delivers access logs only to buckets that are encrypted with keys that S3 manages.
    new S3BucketServerSideEncryptionConfigurationA(this, "encryption", {
      bucket: this.bucket.id,
      rule: [{ applyServerSideEncryptionByDefault: { sseAlgorithm: "AES256" } }],
    });
    const versioning = new S3BucketVersioningA(this, "versioning", {
      bucket: this.bucket.id,
      versioningConfiguration: { status: "Enabled" },
    });
    new S3BucketLifecycleConfiguration(this, "lifecycle", {
      bucket: this.bucket.id,
      rule: [
        {
          id: "expire",
          status: "Enabled",
          filter: [{}],
          expiration: [{ days: props.retentionDays ?? 90 }],
          noncurrentVersionExpiration: [{ noncurrentDays: 1 }],
          abortIncompleteMultipartUpload: [{ daysAfterInitiation: 1 }],
        },
      ],
      dependsOn: [versioning],
    });
  }

  /** https://docs.aws.amazon.com/AmazonS3/latest/userguide/enable-server-access-logging.html */
  private delivery(): DataAwsIamPolicyDocumentStatement {
    return {
      sid: "AccessLogs",
      actions: ["s3:PutObject"],
      resources: [`${this.bucket.arn}/*`],
      principals: [{ type: "Service", identifiers: ["logging.s3.amazonaws.com"] }],
      condition: [{ test: "StringEquals", variable: "aws:SourceAccount", values: [accountId(this)] }],
    };
  }
}
