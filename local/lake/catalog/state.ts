import type { GlueTable } from "@streaming-data-lake/terraform/types";

/** A database that a statement created. */
export interface MadeDatabase {
  readonly name: string;
  readonly comment?: string;
  readonly location?: string;
  readonly parameters: Readonly<Record<string, string>>;
}

/** A partition in the catalog: a value for each key, in the keys' order, and the location of its objects. */
export interface RegisteredPartition {
  readonly values: readonly string[];
  /** A location in any bucket, such as `s3://bucket/prefix/`. */
  readonly location: string;
}

/** A table that statements have created or changed. */
export interface TableRecord {
  /** The table's definition. Absent when the stack's definition is unchanged. */
  readonly definition?: GlueTable;
  /** For a table of the stack: the stack's definition, as text, at the time a statement changed the table. */
  readonly stackDefinition?: string;
  /** Whether DROP TABLE has removed a table of the stack from this catalog. */
  readonly dropped?: true;
  /** Partitions that statements have registered in addition to the stack's. */
  readonly partitions?: readonly RegisteredPartition[];
  /** Names of the stack's partitions, such as `dt=2024-01-15`, that statements have removed or changed here. */
  readonly removedPartitions?: readonly string[];
  /** When the table was created. Seconds since 1970. */
  readonly createTime?: number;
}

/**
 * What statements have created, by names in lower case. A table's key is `database.table`, a prepared statement's is
 * `workgroup/name`.
 */
export interface CatalogState {
  readonly databases: Readonly<Record<string, MadeDatabase>>;
  readonly tables: Readonly<Record<string, TableRecord>>;
  readonly prepared: Readonly<Record<string, string>>;
}

export const emptyState: CatalogState = { databases: {}, tables: {}, prepared: {} };

/** A copy of a record without the given key. */
export function without<Value>(record: Readonly<Record<string, Value>>, key: string): Record<string, Value> {
  const { [key]: _, ...rest } = record;
  return rest;
}
