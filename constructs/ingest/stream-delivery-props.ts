import type { RoleReference } from "../access/role";
import { LakeTable, tableReference } from "../catalog/lake-table";
import type { KeyReference } from "../core/key";
import { bufferLimits } from "../core/limits";
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
  /** Where objects go, `!{timestamp:…}` expressions included, such as `views/!{timestamp:yyyy/MM/dd}/`. */
  readonly prefix: string;
}

/** https://docs.aws.amazon.com/firehose/latest/APIReference/API_ExtendedS3DestinationConfiguration.html */
export interface StreamDeliveryProps extends DeliveryProps {
  readonly stream: StreamReference;
  /** A table, to which records are converted when it is of Parquet, or a folder of a lake. */
  readonly to: LakeTable | LakeFolder;
}

export interface DeliveryProps {
  /**
   * Whether the records are also kept as they were sent, compressed with GZIP; or the prefix to keep them under. It
   * can't be switched off later. @default - for a table of Parquet, in the lake's raw zone:
   * `raw/<table>/dt=!{timestamp:yyyy-MM-dd}/`
   */
  readonly keepRaw?: boolean | string;
  /** When Firehose writes what it has gathered: at the age or at the size, whichever comes first. */
  readonly buffer?: {
    /** 0-900; 60 or more with dynamic partitioning, 1 or more with `keepRaw`. @default 60 */
    readonly seconds?: number;
    /** 1-128; 64 or more with conversion or dynamic partitioning. @default 64 */
    readonly mebibytes?: number;
  };
  /** Where objects of a table go; in the table's folder. @default - by the table's partitions, such as `processed/page_views/dt=!{timestamp:yyyy-MM-dd}/` */
  readonly prefix?: string;
  /** Where undeliverable records go; in no table's folder. @default - `errors/!{firehose:error-output-type}/dt=!{timestamp:yyyy-MM-dd}/` */
  readonly errorPrefix?: string;
  /** Compression of JSON objects. Parquet is compressed inside (Snappy). @default "GZIP" */
  readonly compression?: "UNCOMPRESSED" | "GZIP" | "ZIP" | "Snappy" | "HADOOP_SNAPPY";
  /** Whether a newline is added after each record, for producers that send none. Not with conversion. @default false */
  readonly appendDelimiter?: boolean;
  /** Time zone of the timestamps in the prefixes, such as `Europe/Lisbon`; those of `keepRaw` are in UTC. @default "UTC" */
  readonly timeZone?: string;
  /**
   * Partition keys by name, each with the jq expression that reads it from a JSON record, such as `.country`. A table's
   * partitions other than dates take their values from it. It is charged by the GB and can't be switched on or off
   * later. @default - none
   */
  readonly dynamicPartitioning?: Readonly<Record<string, string>>;
  /** Name of the delivery stream: 1-64 letters, digits and `_.-`. @default - `<project>-<environment>-<construct id>` */
  readonly name?: string;
  /** An existing role, which is granted what the delivery takes. It excludes `roleName`. @default - a new role */
  readonly role?: RoleReference;
  /** Name of a new role: 1-64 characters, unique in the account, whatever the region. @default - the delivery stream's name */
  readonly roleName?: string;
  /** Days; one of CloudWatch's values. @default 14 */
  readonly logRetentionDays?: number;
  /** Customer-managed key of the log group. @default - the lake's, or else a key that AWS manages */
  readonly encryptionKey?: KeyReference;
}

export const destinationShape = either(
  "a table or a folder of a lake, such as { lake, prefix }",
  tableReference,
  object<LakeFolder>({ lake: references.lake, prefix: text }),
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
