import { S3Bucket } from "@cdktf/provider-aws/lib/s3-bucket";
import { S3BucketLoggingA } from "@cdktf/provider-aws/lib/s3-bucket-logging";
import { S3BucketServerSideEncryptionConfigurationA } from "@cdktf/provider-aws/lib/s3-bucket-server-side-encryption-configuration";
import { S3BucketVersioningA } from "@cdktf/provider-aws/lib/s3-bucket-versioning";
import type { Construct } from "constructs";
import { accountId } from "../core/account";
import { checkTwoKeys, dataDestructionAllowed } from "../core/data-destruction";
import { checkKey, dependableKey, type KeyReference, keyArn } from "../core/key";
import { defaultName } from "../core/names";
import { Problems } from "../core/problems";
import { attachBucketPolicy, keepPrivate } from "./bucket-access";
import { checkBucketName } from "./bucket-name";
import { ExistingLake, type ExistingLakeProps, type ILake, LakeBase } from "./lake";
import { checkLakeRetention, createLifecycle, type LakeRetentionProps } from "./lifecycle";
import { zones } from "./zones";

export interface DataLakeProps extends LakeRetentionProps {
  /** 3-63 lower-case letters, digits and hyphens, unique in the world. @default - `<project>-<environment>-<construct id>-<account>` */
  readonly bucketName?: string;
  /**
   * Customer-managed key of the lake, with a bucket key to call it less, and of every pipeline to it: stream, logs,
   * queues and results. @default - keys that AWS manages
   */
  readonly encryptionKey?: KeyReference;
  /** Where S3 writes who read and wrote the lake. @default - no access log */
  readonly accessLogs?: { readonly bucket: S3Bucket; readonly prefix: string };
  /** Lets a destroy delete a bucket that holds data. Takes the context flag `allowDataDestruction` as well. @default false */
  readonly forceDestroy?: boolean;
}

/** A private, encrypted, versioned bucket with zones for raw and processed records, errors and query results. */
export class DataLake extends LakeBase {
  readonly bucket: S3Bucket;
  readonly bucketName: string;
  readonly bucketArn: string;
  readonly zones = zones;
  readonly encryptionKey?: KeyReference;
  readonly pipelineKey?: KeyReference;

  /** A lake in a bucket that another app made, by the bucket's name. The bucket is left as it is. */
  static fromBucketName(scope: Construct, id: string, name: string, props: ExistingLakeProps = {}): ILake {
    return new ExistingLake(scope, id, name, `arn:aws:s3:::${name}`, props);
  }

  /** The same by a resource, a data source or another stack's bucket, in every partition of AWS. */
  static fromBucket(
    scope: Construct,
    id: string,
    { bucket, arn }: { readonly bucket: string; readonly arn: string },
    props: ExistingLakeProps = {},
  ): ILake {
    return new ExistingLake(scope, id, bucket, arn, props);
  }

  constructor(scope: Construct, id: string, props: DataLakeProps = {}) {
    super(scope, id);
    Problems.check(this, (problems) => {
      // The account's twelve digits stand in for what only Terraform knows.
      checkBucketName(problems, props.bucketName ?? `${defaultName(this)}-000000000000`);
      checkKey(problems, "encryptionKey", props.encryptionKey);
      checkLakeRetention(problems, props);
      checkTwoKeys(problems, this, "forceDestroy", props.forceDestroy);
    });
    this.encryptionKey = props.encryptionKey;
    this.pipelineKey = props.encryptionKey;
    this.bucket = this.createBucket(props);
    this.bucketName = this.bucket.bucket;
    this.bucketArn = this.bucket.arn;
  }

  private createBucket(props: DataLakeProps): S3Bucket {
    const { encryptionKey } = props;
    const bucket = new S3Bucket(this, "bucket", {
      bucket: props.bucketName ?? `${defaultName(this)}-${accountId(this)}`,
      forceDestroy: props.forceDestroy === true && dataDestructionAllowed(this),
      // A destroy deletes the bucket first, so that a bucket which refuses because it holds data keeps its key.
      dependsOn: dependableKey(encryptionKey),
    });
    const accessBlock = keepPrivate(this, bucket);
    attachBucketPolicy(this, bucket, [accessBlock]);
    new S3BucketServerSideEncryptionConfigurationA(this, "encryption", {
      bucket: bucket.id,
      rule: [
        {
          applyServerSideEncryptionByDefault: encryptionKey
            ? { sseAlgorithm: "aws:kms", kmsMasterKeyId: keyArn(encryptionKey) }
            : { sseAlgorithm: "AES256" },
          bucketKeyEnabled: encryptionKey ? true : undefined,
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
