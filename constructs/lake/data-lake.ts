import { S3Bucket } from "@cdktf/provider-aws/lib/s3-bucket";
import { S3BucketLoggingA } from "@cdktf/provider-aws/lib/s3-bucket-logging";
import { S3BucketServerSideEncryptionConfigurationA } from "@cdktf/provider-aws/lib/s3-bucket-server-side-encryption-configuration";
import { S3BucketVersioningA } from "@cdktf/provider-aws/lib/s3-bucket-versioning";
import { Fn, Token } from "cdktf";
import type { Construct } from "constructs";
import { accountId } from "../core/account";
import { checkTwoKeys, dataDestructionAllowed } from "../core/data-destruction";
import { checkKey, dependableKey, type KeyReference, keyArn } from "../core/key";
import { defaultName } from "../core/names";
import { Problems } from "../core/problems";
import * as references from "../core/references";
import { either, flag, having, object, optional, pathIn, type Shapes, shaped, text } from "../core/shape";
import { attachBucketPolicy, keepPrivate } from "./bucket-access";
import { checkBucketName, checkBucketReference, claimBucketName } from "./bucket-name";
import { ExistingLake, type ExistingLakeProps, type ILake, LakeBase } from "./lake";
import {
  checkLakeRetention,
  createLifecycle,
  type LakeRetentionProps,
  lakeRetentionShapes,
} from "./lifecycle";
import { checkPrefix } from "./prefix";
import { zones } from "./zones";

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/enable-server-access-logging.html */
export interface AccessLogProps {
  /**
   * A bucket in the same account and region whose policy lets S3 write the logs, such as that of an `AccessLogBucket`.
   * It is given as a resource, a data source or a name.
   */
  readonly bucket: string | { readonly id: string };
  /** First part of the logs' keys, such as `lake/`. */
  readonly prefix: string;
}

export interface DataLakeProps extends LakeRetentionProps {
  /**
   * Name of the bucket: 3-63 lower-case letters, digits and hyphens, globally unique.
   *
   * @default - `<project>-<environment>-<construct id>-<account>`
   */
  readonly bucketName?: string;
  /**
   * Customer-managed key of the lake, and of the streams, logs, queues and results of every pipeline to it. S3 uses it
   * with a bucket key, which reduces the calls to KMS. @default - keys that AWS manages
   */
  readonly encryptionKey?: KeyReference;
  /** Where S3 logs the requests to the lake's bucket. @default - no access log */
  readonly accessLogs?: AccessLogProps;
  /**
   * Lets a destroy delete a bucket that holds data. Also requires the context flag `allowDataDestruction`.
   *
   * @default false
   */
  readonly forceDestroy?: boolean;
}

const shapes: Shapes<DataLakeProps> = {
  ...lakeRetentionShapes,
  bucketName: optional(text),
  encryptionKey: optional(references.key),
  accessLogs: optional(
    object<AccessLogProps>({
      bucket: either("a bucket or its name", text, having("", "id")),
      prefix: text,
    }),
  ),
  forceDestroy: optional(flag),
};

/** A private, encrypted, versioned bucket with zones for raw and processed records, errors and query results. */
export class DataLake extends LakeBase {
  readonly bucket: S3Bucket;
  readonly bucketName: string;
  readonly bucketArn: string;
  readonly zones = zones;
  readonly encryptionKey?: KeyReference;
  readonly pipelineKey?: KeyReference;

  /** A lake in a bucket that another app has created, by the bucket's name. This app does not change the bucket. */
  static fromBucketName(scope: Construct, id: string, name: string, known: ExistingLakeProps = {}): ILake {
    const { bucketName } = shaped(scope, { bucketName: name }, { bucketName: text }, pathIn(scope, id));
    return new ExistingLake(scope, id, bucketName, `arn:aws:s3:::${bucketName}`, known);
  }

  /** A lake in an existing bucket, by the bucket's ARN, which can be in any AWS partition. */
  static fromBucketArn(scope: Construct, id: string, arn: string, known: ExistingLakeProps = {}): ILake {
    arn = shaped(scope, { arn }, { arn: text }, pathIn(scope, id)).arn;
    // An ARN is such as arn:aws:s3:::company-lake.
    const name = Token.isUnresolved(arn)
      ? Fn.element(Fn.split(":", arn), 5)
      : arn.replace(/^arn:[^:]+:s3:::/, "");
    return new ExistingLake(scope, id, name, arn, known);
  }

  /** A lake in an existing bucket, by a resource, a data source or another stack's bucket. */
  static fromBucket(
    scope: Construct,
    id: string,
    bucket: { readonly bucket: string; readonly arn: string },
    known: ExistingLakeProps = {},
  ): ILake {
    const bucketShape = having("a bucket, such as an S3Bucket or a DataAwsS3Bucket", "bucket", "arn");
    shaped(scope, { bucket }, { bucket: bucketShape }, pathIn(scope, id));
    return new ExistingLake(scope, id, bucket.bucket, bucket.arn, known);
  }

  constructor(scope: Construct, id: string, props: DataLakeProps = {}) {
    super(scope, id);
    props = shaped(this, props, shapes);
    Problems.check(this, (problems) => {
      // Only Terraform knows the account's id, so twelve digits stand in for it.
      checkBucketName(problems, props.bucketName ?? `${defaultName(this)}-000000000000`);
      checkKey(problems, "encryptionKey", props.encryptionKey);
      checkLakeRetention(problems, props);
      if (props.accessLogs) checkAccessLogs(problems.at("accessLogs"), props.accessLogs);
      checkTwoKeys(problems, this, "forceDestroy", props.forceDestroy);
    });
    claimBucketName(this, props.bucketName);
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
      // A destroy deletes the bucket before its key. If the bucket holds data and can't be deleted, the key stays.
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
    const target = props.accessLogs?.bucket;
    if (props.accessLogs && target)
      new S3BucketLoggingA(this, "access-logs", {
        bucket: bucket.id,
        targetBucket: typeof target === "string" ? target : target.id,
        targetPrefix: props.accessLogs.prefix,
      });
    return bucket;
  }
}

function checkAccessLogs(problems: Problems, { bucket, prefix }: AccessLogProps): void {
  checkBucketReference(problems, "bucket", typeof bucket === "string" ? bucket : bucket.id);
  if (prefix !== "") checkPrefix(problems, "prefix", prefix);
}
