import { serde } from "../catalog/serdes";
import type { CatalogEntry } from "../catalog/snapshot";
import type { Plain } from "../trino/functions/javascript/values";
import { TrinoError } from "../trino/types/errors";
import type { Type } from "../trino/types/types";
import type { LakeObject } from "./objects";
import type { Partition } from "./partitions";
import { isTextSerde } from "./rows/read";
import type { DataColumn } from "./rows/serde";

/** An object with its partition. */
export interface PartitionObject {
  readonly object: LakeObject;
  readonly partition: Partition;
  /** The object's address, such as `s3://bucket/key`. */
  readonly address: string;
}

/** A column that a scan reads: a column of the objects, a key of their partitions, or a property of the objects. */
export type ReadColumn = {
  /** The name under which the statement reads the column. */
  readonly as: string;
} & (
  | (DataColumn & {
      readonly origin: "object";
      /**
       * The name of an additional column with the strings of a `varchar(n)` column before they are cut. DuckDB can
       * compare these strings with an object's statistics and dictionaries.
       */
      readonly wholeAs?: string;
    })
  | { readonly origin: "partition"; readonly name: string; readonly type: Type; readonly index: number }
  | { readonly origin: "file"; readonly name: string; readonly type: Type }
);

export type TableFormat = "parquet" | "text";

/** @throws TrinoError NOT_SUPPORTED naming the SerDe, when tables with this SerDe cannot be read here. */
export function formatOf({ table }: CatalogEntry): TableFormat {
  const { serializationLibrary: library, inputFormat } = table;
  if (library === serde.parquet) return "parquet";
  if (isTextSerde(library) && !/sequencefile/i.test(inputFormat ?? "")) return "text";
  throw new TrinoError(
    "NOT_SUPPORTED",
    `table ${table.database}.${table.name}: objects of ${library === "" ? "no SerDe" : library} can't be read here, only Parquet, JSON, CSV, delimited text, Regex, Grok and CloudTrail`,
  );
}

/** The value of a column that is not stored in the object. */
export function unstoredValueOf(
  column: Exclude<ReadColumn, { readonly origin: "object" }>,
  from: PartitionObject,
): Plain {
  if (column.origin === "partition") return from.partition.values[column.index] ?? null;
  switch (column.name) {
    case "$path":
      return from.address;
    case "$file_size":
      return BigInt(from.object.bytes);
    case "$file_modified_time":
      return { instant: BigInt(Math.floor(from.object.modified)) * 1000n, zone: "UTC" };
    default:
      return from.partition.name;
  }
}
