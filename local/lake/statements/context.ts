import type { LakeCatalog } from "../catalog/catalog";
import { type CatalogEntry, isView, type Snapshot } from "../catalog/snapshot";
import type { HiveTableName } from "../hive/ast";
import { executionFailure, semanticFailure, tableNotFound } from "../hive/errors";
import { bucketOfLocation } from "../reading/objects";

/** The existing buckets. */
export interface BucketNames {
  readonly names: readonly string[];
  has(name: string): boolean;
}

/** The catalog and the settings with which a statement of Athena's DDL runs. */
export interface StatementContext {
  readonly catalog: LakeCatalog;
  /** The database of table names that have no database. */
  readonly database: string;
  readonly lakeFolder: string;
  /** The existing buckets. Every bucket is allowed when it is absent. */
  readonly buckets?: BucketNames;
  readonly now: () => Date;
}

/** A table that a statement names, with its full name in lower case. */
export interface NamedTable extends CatalogEntry {
  readonly database: string;
  readonly name: string;
}

/** @throws TrinoError when the table does not exist, or is a view. */
export function tableOf(snapshot: Snapshot, name: HiveTableName, { database }: StatementContext): NamedTable {
  const named = relationOf(snapshot, name, database);
  if (isView(named.table))
    throw semanticFailure(`${named.database}.${named.name} is a view, and this statement takes tables only`);
  return named;
}

/** Finds a table or a view. */
export function relationOf(snapshot: Snapshot, name: HiveTableName, otherwise: string): NamedTable {
  const database = name.database ?? otherwise;
  const entry = snapshot.find(database, name.table);
  if (!entry) throw tableNotFound(name.database ? `${name.database}.${name.table}` : name.table);
  return { ...entry, database, name: name.table };
}

export function requireDatabase(snapshot: Snapshot, name: string): void {
  if (!snapshot.hasDatabase(name)) throw semanticFailure(`[Error 10072]: Database does not exist: ${name}`);
}

/** @throws TrinoError when a location is not an address in S3, or its bucket does not exist. */
export function checkLocation(location: string, { buckets }: Pick<StatementContext, "buckets">): void {
  const bucket = bucketOfLocation(location);
  if (bucket === undefined) {
    const scheme = /^(\w+):/.exec(location)?.[1];
    throw executionFailure(
      scheme && scheme !== "s3"
        ? `MetaException(message:No FileSystem for scheme: ${scheme})`
        : `MetaException(message:java.lang.IllegalArgumentException: the location '${location}' is not an s3:// address)`,
      "a location is s3://bucket/folder/",
    );
  }
  if (buckets && !buckets.has(bucket))
    throw executionFailure(
      `MetaException(message:java.io.IOException: The specified bucket does not exist (Service: Amazon S3; Status Code: 404; Error Code: NoSuchBucket): ${bucket})`,
      `the buckets here are ${buckets.names.join(", ")}`,
    );
}
