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
import { checkForceDestroy, dataDestructionAllowed } from "../core/data-destruction";
import { grant } from "../core/iam";
import { defaultName } from "../core/names";
import { Problems } from "../core/problems";
import { attachBucketPolicy, keepPrivate } from "./bucket-access";
import { checkBucketName } from "./bucket-name";
import { checkLakeRetention, createLifecycle, type LakeRetentionProps } from "./lifecycle";
import { zones } from "./zones";

export interface DataLakeProps extends LakeRetentionProps {
  /** An existing bucket, which is left as it is. It excludes `bucketName`. @default - a new bucket */
  readonly bucket?: S3Bucket;
  /** Name of a new bucket: 3-63 lower-case letters, digits and hyphens, unique in the world. @default - `<project>-<environment>-<construct id>-<account>` */
  readonly bucketName?: string;
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
    Problems.check(this, (problems) => {
      problems.exclusive("bucket", props.bucket, "bucketName", props.bucketName);
      // The account's twelve digits stand in for what only Terraform knows.
      checkBucketName(problems, props.bucketName ?? `${defaultName(this)}-000000000000`);
      checkLakeRetention(problems, props);
      checkForceDestroy(problems, this, props.forceDestroy);
    });
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
