import { nullPartition } from "../catalog/partition-names";
import { parser } from "../trino/casts/parse";
import type { Plain } from "../trino/functions/javascript/values";
import { TrinoError } from "../trino/types/errors";
import type { Type } from "../trino/types/types";

/**
 * The value of a partition key, in the plain form of its type.
 *
 * @throws TrinoError HIVE_INVALID_PARTITION_VALUE when the text is not a value of the type.
 */
export function partitionValue(text: string, type: Type, partition: string): Plain {
  if (text === nullPartition) return null;
  switch (type.kind) {
    case "varchar":
      return type.length === undefined ? text : [...text].slice(0, type.length).join("");
    case "char":
      return [...text.padEnd(type.length)].slice(0, type.length).join("");
  }
  try {
    const value = parser(type, "UTC")?.(text);
    if (value !== undefined && value !== null) return value;
  } catch {
    // The error below names the partition.
  }
  throw new TrinoError(
    "HIVE_INVALID_PARTITION_VALUE",
    `Invalid partition value '${text}' for ${type.kind.toUpperCase()} partition key: ${partition}`,
  );
}
