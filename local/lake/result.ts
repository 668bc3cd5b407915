import type { GlueTable } from "@streaming-data-lake/terraform/types";
import type { ClientValue } from "./engine/client-values";

/**
 * A value of a result, as Trino's protocol writes it. Decimals are text with their scale. Times are text with
 * milliseconds (`2024-01-15 10:30:00.000`), followed by the zone (` UTC`) if they have one. Binary values are base64.
 * Maps are objects, and so are rows whose fields are all named; other rows are arrays. Integers beyond 2^53, infinities
 * and NaN are text.
 */
export type ResultValue = ClientValue;

export type Row = Readonly<Record<string, ResultValue>>;

export interface QueryColumn {
  readonly name: string;
  /** Athena's name of the type, such as `varchar`, `double` or `timestamp`. */
  readonly type: string;
}

export interface QueryResult {
  /** The columns. When a name occurs more than once, `:1`, `:2`, … are appended to it. */
  readonly columns: readonly QueryColumn[];
  readonly rows: readonly Row[];
  readonly statistics: QueryStatistics;
}

/** Receives the next rows of a result, at most some thousand. The following rows are read after it has finished. */
export type TakeRows = (rows: readonly Row[], columns: readonly QueryColumn[]) => void | Promise<void>;

export interface QueryStatistics {
  readonly milliseconds: number;
  /**
   * Estimate of the bytes that Athena would read and charge, in the partitions that the statement's filters leave: the
   * compressed chunks of the columns read for Parquet, and whole objects for JSON and other text.
   */
  readonly bytesScanned: number;
  /** The tables that the statement reads. */
  readonly tables: readonly TableScan[];
  /** Notes for the reader of the result, for example that a table has partitions that are not registered. */
  readonly notes: readonly string[];
}

export interface TableScan {
  readonly database: string;
  readonly table: string;
  /** Number of partitions that the filters leave. A table without partition keys has one partition. */
  readonly partitions: number;
  readonly partitionsInAll: number;
  readonly objects: number;
}

/** What a statement does with definitions in the catalog. Names are in lower case. */
export type DefinitionAccess =
  | { readonly does: "list databases" }
  | {
      readonly does: "create database" | "alter database" | "drop database" | "list tables";
      readonly database: string;
    }
  | {
      readonly does:
        | "show table"
        | "create table"
        | "alter table"
        | "drop table"
        | "list partitions"
        | "add partitions"
        | "alter partitions"
        | "drop partitions"
        | "repair partitions";
      readonly database: string;
      readonly table: string;
      /** Whether the table is partitioned. Absent when the table does not exist. */
      readonly isPartitioned?: boolean;
    };

/** What a statement does with prepared statements. `update` is a PREPARE that replaces an existing statement. */
export type PreparedAccess = "create" | "update" | "execute" | "deallocate";

/** Everything that a statement is about to use, without duplicates. */
export interface StatementAccess {
  /** Tables whose objects the statement reads. For a view, these are the tables that its query names. */
  readonly reads: readonly GlueTable[];
  /** Definitions that the statement uses in addition to those of the tables that it reads, writes or creates. */
  readonly definitions?: readonly DefinitionAccess[];
  /** Where the statement lists objects without reading them, such as `s3://bucket/prefix/`. */
  readonly lists?: string;
  readonly prepared?: PreparedAccess;
  /** The table to which the statement adds rows. */
  readonly writes?: GlueTable;
  /** The table that the statement creates. */
  readonly makes?: GlueTable;
  /** Where the statement writes objects that belong to no table, such as `s3://bucket/prefix/`. */
  readonly unloads?: string;
}

export interface QueryOptions {
  /** Prefix of the names of the objects that an `INSERT INTO` writes. @default a random UUID */
  readonly executionId?: string;
  /**
   * Whether values are typed, or text in the form that Athena writes (`[a, b]`, `{k=v}`, `1.0E10`), except NULL.
   * @default "object"
   */
  readonly values?: "object" | "text";
  /** The database of table names that have no database. @default the lake's own */
  readonly database?: string;
  /** The workgroup in which the statement runs. @default the lake's own */
  readonly workgroup?: string;
  /**
   * Where the statement writes when it does not name a place, such as `s3://bucket/prefix/`.
   * @default the workgroup's
   */
  readonly outputLocation?: string;
  /** Called before the statement reads or writes. If it throws, the statement ends with that error. */
  readonly authorize?: (access: StatementAccess) => void;
  /** Stops the statement. Its promise is then rejected with the signal's reason. */
  readonly signal?: AbortSignal;
}
