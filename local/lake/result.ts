import type { GlueTable } from "@streaming-data-lake/terraform/types";
import type { ClientValue } from "./engine/client-values";

/**
 * A value of a result, as Trino's protocol writes it: decimals are text with their scale, times text with milliseconds
 * (`2024-01-15 10:30:00.000`, with ` UTC` where they have a zone), binary is base64, maps are objects, and so are rows whose fields
 * all have names; other rows are lists.
 * Integers beyond 2^53, infinities and NaN are text.
 */
export type Value = ClientValue;

export type Row = Readonly<Record<string, Value>>;

export interface QueryColumn {
  readonly name: string;
  /** As Athena names it, such as `varchar`, `double` or `timestamp`. */
  readonly type: string;
}

export interface QueryResult {
  /** A name that comes twice has `:1`, `:2`, … appended. */
  readonly columns: readonly QueryColumn[];
  readonly rows: readonly Row[];
  readonly statistics: QueryStatistics;
}

/** Takes the next rows of an answer, some thousand at most. The following ones are read when it has taken them. */
export type TakeRows = (rows: readonly Row[], columns: readonly QueryColumn[]) => void | Promise<void>;

export interface QueryStatistics {
  readonly milliseconds: number;
  /**
   * What Athena would read and charge, estimated: compressed chunks of the columns touched for Parquet, whole objects
   * for JSON, of the partitions that the statement's filters leave.
   */
  readonly bytesScanned: number;
  /** The tables that the statement reads. */
  readonly tables: readonly TableScan[];
  /** What the reader of the answer should know, such as that a table has partitions that are not registered. */
  readonly notes: readonly string[];
}

export interface TableScan {
  readonly database: string;
  readonly table: string;
  /** Partitions that the filters leave, of those that there are; a table without partitions is one. */
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
      /** Where it is not known, the table isn't there. */
      readonly isPartitioned?: boolean;
    };

/** What a statement does with those that PREPARE keeps; `update` is a PREPARE of a name that is there. */
export type PreparedAccess = "create" | "update" | "execute" | "deallocate";

/** What a statement is about to use, each once. */
export interface StatementAccess {
  /** Tables whose objects it reads; of a view those that its query names. */
  readonly reads: readonly GlueTable[];
  /** Beside those of the tables that it reads, writes or makes. */
  readonly definitions?: readonly DefinitionAccess[];
  /** Where it lists objects that it does not read: `s3://bucket/prefix/`. */
  readonly lists?: string;
  readonly prepared?: PreparedAccess;
  /** The table that it adds rows to. */
  readonly writes?: GlueTable;
  /** The table that it makes. */
  readonly makes?: GlueTable;
  /** Where it writes objects of no table: `s3://bucket/prefix/`. */
  readonly unloads?: string;
}

export interface QueryOptions {
  /** Begins the names of the objects that an `INSERT INTO` writes. @default a random UUID */
  readonly executionId?: string;
  /** `text` gives every value but NULL as the text that Athena writes: `[a, b]`, `{k=v}`, `1.0E10`. @default "object" */
  readonly values?: "object" | "text";
  /** The database of names without one. @default the lake's own */
  readonly database?: string;
  /** The workgroup that it runs in. @default the lake's own */
  readonly workgroup?: string;
  /** Where it writes what names no place, such as `s3://bucket/prefix/`. @default the workgroup's */
  readonly outputLocation?: string;
  /** Asked before the statement reads or writes; what it throws ends the statement. */
  readonly authorize?: (access: StatementAccess) => void;
  /** Stops the statement; its promise is rejected with the signal's reason. */
  readonly signal?: AbortSignal;
}
