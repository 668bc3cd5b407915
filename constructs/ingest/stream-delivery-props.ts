import type { RoleReference } from "../access/role";
import { LakeTable } from "../catalog/lake-table";
import type { KeyReference } from "../core/key";
import type { ILake } from "../lake/lake";
import type { StreamReference } from "./stream";

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
   * Whether the records are kept as they were sent as well, as GZIP; or the prefix where they are. Can't be switched
   * off later. @default - for a table of Parquet, in the lake's raw zone: `raw/<table>/dt=!{timestamp:yyyy-MM-dd}/`
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
  /** Of JSON objects; Parquet is compressed inside (Snappy). @default "GZIP" */
  readonly compression?: "UNCOMPRESSED" | "GZIP" | "ZIP" | "Snappy" | "HADOOP_SNAPPY";
  /** A newline after each record, for producers that end theirs without; not with conversion. @default false */
  readonly appendDelimiter?: boolean;
  /** Time zone of the timestamps in the prefixes, such as `Europe/Lisbon`; those of `keepRaw` are in UTC. @default "UTC" */
  readonly timeZone?: string;
  /**
   * Partition keys read from each JSON record, by name: a jq expression such as `.country`. A table's partitions that
   * are no dates take theirs from it. Is paid by the GB, and can't be switched on or off later. @default - none
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

export const defaultBufferSeconds = 60;

export function isTable(to: LakeTable | LakeFolder): to is LakeTable {
  return to instanceof LakeTable;
}
