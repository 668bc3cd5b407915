import type { GlueTable } from "@streaming-data-lake/terraform/types";

/** A database that a statement made. */
export interface MadeDatabase {
  readonly name: string;
  readonly comment?: string;
  readonly location?: string;
  readonly parameters: Readonly<Record<string, string>>;
}

/** A partition as the catalog has it: a value for each key, in their order, and where its objects lie. */
export interface RegisteredPartition {
  readonly values: readonly string[];
  /** `s3://bucket/prefix/`, anywhere. */
  readonly location: string;
}

/** A table as statements have made or changed it. */
export interface TableRecord {
  /** Absent where the stack's own definition holds. */
  readonly definition?: GlueTable;
  /** For a table of the stack: its definition there, as text, when a statement changed it. */
  readonly of?: string;
  /** A table of the stack that DROP TABLE removed here. */
  readonly dropped?: true;
  /** Those that statements have registered, beside the stack's. */
  readonly partitions?: readonly RegisteredPartition[];
  /** Names of the stack's partitions, such as `dt=2024-01-15`, that a statement has removed or changed here. */
  readonly removedPartitions?: readonly string[];
  /** When it was made, in seconds since 1970. */
  readonly createTime?: number;
}

/** What statements have made, by lower-case names; a table's is `database.table`, a prepared statement's `workgroup/name`. */
export interface CatalogState {
  readonly databases: Readonly<Record<string, MadeDatabase>>;
  readonly tables: Readonly<Record<string, TableRecord>>;
  readonly prepared: Readonly<Record<string, string>>;
}

export const emptyState: CatalogState = { databases: {}, tables: {}, prepared: {} };

/** A copy of a record without one of its keys. */
export function without<Value>(record: Readonly<Record<string, Value>>, key: string): Record<string, Value> {
  const { [key]: _, ...rest } = record;
  return rest;
}
