import type { IamRole } from "@cdktf/provider-aws/lib/iam-role";
import type { IamRolePolicy } from "@cdktf/provider-aws/lib/iam-role-policy";
import type { KmsKey } from "@cdktf/provider-aws/lib/kms-key";
import { S3Bucket } from "@cdktf/provider-aws/lib/s3-bucket";
import { S3BucketLoggingA } from "@cdktf/provider-aws/lib/s3-bucket-logging";
import { S3BucketServerSideEncryptionConfigurationA } from "@cdktf/provider-aws/lib/s3-bucket-server-side-encryption-configuration";
import { S3BucketVersioningA } from "@cdktf/provider-aws/lib/s3-bucket-versioning";
import { Construct } from "constructs";
import { accountId } from "../core/account";
import { decryptStatement, encryptStatement } from "../core/customer-managed-key";
import { grant } from "../core/iam";
import { defaultName } from "../core/names";
import { Problems } from "../core/problems";
import { attachBucketPolicy, keepPrivate } from "./bucket-access";
import { createLifecycle } from "./data-lake-lifecycle";
import { checkDataLakeProps, dataDestructionAllowed } from "./data-lake-rules";

/** The lake's areas, as prefixes of its bucket. */
export const zones = {
  /** Records as they were sent. */
  raw: "raw/",
  /** Records as tables read them. */
  processed: "processed/",
  /** What could not be delivered. */
  errors: "errors/",
  /** What queries answered. */
  results: "athena-results/",
} as const;

export interface DataLakeProps {
  /** An existing bucket, kept as it is, or … @default - a new one */
  readonly bucket?: S3Bucket;
  /** … the name of a new one: 3-63 lower-case letters, digits and hyphens, unique in the world. @default - `<project>-<environment>-<construct id>-<account>` */
  readonly bucketName?: string;
  /** Days that records are kept, 2 or more. @default 365 */
  readonly retentionDays?: number;
  /** Days that undeliverable records are kept. @default 90 */
  readonly errorRetentionDays?: number;
  /** Days that query results are kept. @default 7 */
  readonly resultRetentionDays?: number;
  /** Days that replaced and deleted versions are kept. @default 7 */
  readonly noncurrentVersionRetentionDays?: number;
  /** Customer-managed key, with a bucket key to call it less. @default - encrypted with keys that S3 manages */
  readonly encryptionKey?: KmsKey;
  /** Where S3 writes who read and wrote the lake. @default - no access log */
  readonly accessLogs?: { readonly bucket: S3Bucket; readonly prefix: string };
  /** Lets a destroy delete a bucket that holds data. Takes the context flag `allowDataDestruction` as well. @default false */
  readonly forceDestroy?: boolean;
}

/** A private, encrypted, versioned bucket with zones for raw and processed records, errors and query results. */
export class DataLake extends Construct {
  readonly bucket: S3Bucket;
  readonly encryptionKey?: KmsKey;

  constructor(scope: Construct, id: string, props: DataLakeProps = {}) {
    super(scope, id);
    Problems.check(this, (problems) => checkDataLakeProps(problems, props, this));
    this.encryptionKey = props.encryptionKey;
    this.bucket = props.bucket ?? this.createBucket(props);
  }

  /** Lets a role read objects below the prefixes. @default - raw and processed */
  grantRead(role: IamRole, prefixes: readonly string[] = [zones.raw, zones.processed]): IamRolePolicy {
    return grant(this, "read-lake", role, [
      { actions: ["s3:GetBucketLocation", "s3:ListBucket"], resources: [this.bucket.arn] },
      { actions: ["s3:GetObject"], resources: this.objects(prefixes) },
      ...(this.encryptionKey ? [decryptStatement(this.encryptionKey)] : []),
    ]);
  }

  /** Lets a role write objects below the prefixes. */
  grantWrite(role: IamRole, prefixes: readonly string[]): IamRolePolicy {
    return grant(this, "write-lake", role, [
      { actions: ["s3:GetBucketLocation", "s3:ListBucketMultipartUploads"], resources: [this.bucket.arn] },
      {
        actions: ["s3:AbortMultipartUpload", "s3:ListMultipartUploadParts", "s3:PutObject"],
        resources: this.objects(prefixes),
      },
      ...(this.encryptionKey ? [encryptStatement(this.encryptionKey)] : []),
    ]);
  }

  private objects(prefixes: readonly string[]): string[] {
    return prefixes.map((prefix) => `${this.bucket.arn}/${prefix}*`);
  }

  private createBucket(props: DataLakeProps): S3Bucket {
    const bucket = new S3Bucket(this, "bucket", {
      bucket: props.bucketName ?? `${defaultName(this)}-${accountId(this)}`,
      forceDestroy: props.forceDestroy === true && dataDestructionAllowed(this),
    });
    const accessBlock = keepPrivate(this, bucket);
    attachBucketPolicy(this, bucket, [accessBlock]);
    new S3BucketServerSideEncryptionConfigurationA(this, "encryption", {
      bucket: bucket.id,
      rule: [
        {
          applyServerSideEncryptionByDefault: props.encryptionKey
            ? { sseAlgorithm: "aws:kms", kmsMasterKeyId: props.encryptionKey.arn }
            : { sseAlgorithm: "AES256" },
          bucketKeyEnabled: props.encryptionKey ? true : undefined,
        },
      ],
    });
    const versioning = new S3BucketVersioningA(this, "versioning", {
      bucket: bucket.id,
      versioningConfiguration: { status: "Enabled" },
    });
    createLifecycle(this, bucket, props, [versioning]);
    if (props.accessLogs)
      new S3BucketLoggingA(this, "access-logs", {
        bucket: bucket.id,
        targetBucket: props.accessLogs.bucket.id,
        targetPrefix: props.accessLogs.prefix,
      });
    return bucket;
  }
}
