import type { GlueCatalogTable } from "@cdktf/provider-aws/lib/glue-catalog-table";
import type { IamRole } from "@cdktf/provider-aws/lib/iam-role";
import type { KmsKey } from "@cdktf/provider-aws/lib/kms-key";
import type { S3Bucket } from "@cdktf/provider-aws/lib/s3-bucket";

/** https://docs.aws.amazon.com/firehose/latest/APIReference/API_ExtendedS3DestinationConfiguration.html */
export interface StreamDeliveryProps {
  readonly bucket: S3Bucket;
  /** The bucket's customer-managed key. */
  readonly bucketKey?: KmsKey;
  /** The Glue table whose columns the records are converted to, as Parquet. @default - delivered as JSON, as sent */
  readonly table?: GlueCatalogTable;
  /** 1-64 letters, digits and `_.-`. @default - `<project>-<environment>-<construct id>` */
  readonly name?: string;
  /** An existing role, which is granted what the delivery takes, or … @default - a new one */
  readonly role?: IamRole;
  /** … the name of a new one: 1-64 characters, unique in the account, whatever the region. @default - the delivery stream's name */
  readonly roleName?: string;
  /** Where objects go, `!{timestamp:…}` expressions included; in the table's location. */
  readonly prefix: string;
  /** Where undeliverable records go, with `!{firehose:error-output-type}`; in no table's location. */
  readonly errorPrefix: string;
  /** Where the records go as they were sent, as GZIP. Can't be switched off later. @default - not kept */
  readonly backupPrefix?: string;
  /** Seconds, 0-900; 60 or more with dynamic partitioning. @default 60 */
  readonly bufferSeconds?: number;
  /** MiB, 1-128; 64 or more with conversion or dynamic partitioning. @default 64 */
  readonly bufferMebibytes?: number;
  /** Of JSON objects; Parquet is compressed inside (Snappy). @default "GZIP" */
  readonly compression?: "UNCOMPRESSED" | "GZIP" | "ZIP" | "Snappy" | "HADOOP_SNAPPY";
  /** A newline after each record, for producers that end theirs without; not with conversion. @default false */
  readonly appendDelimiter?: boolean;
  /** Time zone of the prefixes' timestamps. @default "UTC" */
  readonly timeZone?: string;
  /**
   * Partition keys read from each JSON record, by name: a jq expression such as `.country`. The prefix names each
   * as `!{partitionKeyFromQuery:<name>}`. Can't be switched on or off later. @default - none
   */
  readonly dynamicPartitioning?: Readonly<Record<string, string>>;
  /** Days; one of CloudWatch's values. @default 14 */
  readonly logRetentionDays?: number;
  /** Customer-managed key of the log group. @default - a key that AWS manages */
  readonly encryptionKey?: KmsKey;
}

export const defaultBufferSeconds = 60;
