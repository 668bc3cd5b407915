import { bufferLimits } from "@streaming-data-lake/rules/limits";
import type { RoleReference } from "../access/role";
import { LakeTable, tableReference } from "../catalog/lake-table";
import type { KeyReference } from "../core/key";
import * as references from "../core/references";
import {
  decisive,
  either,
  flag,
  number,
  object,
  oneOf,
  optional,
  record,
  type Shapes,
  text,
} from "../core/shape";
import type { ILake } from "../lake/lake";
import { type StreamReference, streamReference } from "./stream";

/** A place in a lake where records are delivered as JSON, as they were sent. */
export interface LakeFolder {
  readonly lake: ILake;
  /** Prefix of the objects, which can contain `!{timestamp:…}`, such as `views/!{timestamp:yyyy/MM/dd}/`. */
  readonly prefix: string;
}

/** https://docs.aws.amazon.com/firehose/latest/APIReference/API_ExtendedS3DestinationConfiguration.html */
export interface StreamDeliveryProps extends DeliveryProps {
  readonly stream: StreamReference;
  /** A table or a folder of a lake. Records for a Parquet table are converted to its columns. */
  readonly to: LakeTable | LakeFolder;
}

export interface DeliveryProps {
  /**
   * Whether the records are also kept as they were sent, compressed with GZIP, or the prefix at which they are kept. It
   * can't be switched off later. @default - for a Parquet table, they are kept in the lake's raw zone:
   * `raw/<table>/dt=!{timestamp:yyyy-MM-dd}/`
   */
  readonly keepRaw?: boolean | string;
  /** When Firehose writes the records in its buffer: at an age or at a size, whichever is reached first. */
  readonly buffer?: {
    /**
     * Age of the buffer in seconds: 0-900; at least 60 with dynamic partitioning, at least 1 with `keepRaw`.
     *
     * @default 60
     */
    readonly seconds?: number;
    /** Size of the buffer in MiB: 1-128; at least 64 with conversion or dynamic partitioning. @default 64 */
    readonly mebibytes?: number;
  };
  /**
   * Prefix of a table's objects, in the table's folder.
   *
   * @default - by the table's partitions, such as `processed/page_views/dt=!{timestamp:yyyy-MM-dd}/`
   */
  readonly prefix?: string;
  /**
   * Prefix of records that can't be delivered, outside of all tables' folders.
   *
   * @default - `errors/!{firehose:error-output-type}/dt=!{timestamp:yyyy-MM-dd}/`
   */
  readonly errorPrefix?: string;
  /** Compression of JSON objects. Parquet files are compressed internally with Snappy. @default "GZIP" */
  readonly compression?: "UNCOMPRESSED" | "GZIP" | "ZIP" | "Snappy" | "HADOOP_SNAPPY";
  /**
   * Whether a newline is added after each record, for producers that don't send one. Can't be used with conversion.
   *
   * @default false
   */
  readonly appendDelimiter?: boolean;
  /**
   * Time zone of the timestamps in prefixes, such as `Europe/Lisbon`. In the prefix of `keepRaw` they are in UTC.
   *
   * @default "UTC"
   */
  readonly timeZone?: string;
  /**
   * Partition keys by name, each with the jq expression that reads its value from a JSON record, such as `.country`. A
   * table's partitions other than dates need such a key. AWS charges for dynamic partitioning by the GB. It can't be
   * switched on or off later. @default - none
   */
  readonly dynamicPartitioning?: Readonly<Record<string, string>>;
  /** Name of the delivery stream: 1-64 letters, digits and `_.-`. @default - `<project>-<environment>-<construct id>` */
  readonly name?: string;
  /**
   * An existing role, which is granted what the delivery needs. Can't be given together with `roleName`.
   *
   * @default - a new role
   */
  readonly role?: RoleReference;
  /**
   * Name of a new role: 1-64 characters, unique in the account across all regions.
   *
   * @default - the delivery stream's name
   */
  readonly roleName?: string;
  /** Days that logs are kept, one of the values that CloudWatch allows. @default 14 */
  readonly logRetentionDays?: number;
  /** Customer-managed key of the log group. @default - the lake's key, or else a key that AWS manages */
  readonly encryptionKey?: KeyReference;
}

export const destinationShape = either(
  "a table or a folder of a lake, such as { lake, prefix }",
  tableReference,
  object<LakeFolder>({ lake: references.lakeReference, prefix: text }),
);

export const keepRawShape = optional(either("true, false or a prefix", flag, text));

export const deliveryShapes: Shapes<DeliveryProps> = {
  keepRaw: keepRawShape,
  buffer: optional(
    object<NonNullable<DeliveryProps["buffer"]>>({
      seconds: optional(number(bufferLimits.seconds)),
      mebibytes: optional(number(bufferLimits.mebibytes)),
    }),
  ),
  prefix: optional(text),
  errorPrefix: optional(text),
  compression: optional(oneOf("UNCOMPRESSED", "GZIP", "ZIP", "Snappy", "HADOOP_SNAPPY")),
  appendDelimiter: optional(flag),
  timeZone: optional(text),
  dynamicPartitioning: decisive(record(text)),
  name: optional(text),
  role: optional(references.role),
  roleName: optional(text),
  logRetentionDays: optional(number()),
  encryptionKey: optional(references.key),
};

export const streamDeliveryShapes: Shapes<StreamDeliveryProps> = {
  ...deliveryShapes,
  stream: streamReference,
  to: destinationShape,
};

export const defaultBufferSeconds = 60;

export function isTable(to: LakeTable | LakeFolder): to is LakeTable {
  return to instanceof LakeTable;
}
