import { nullPartition } from "../catalog/partition-names";
import { partitionValue } from "../reading/partition-values";
import { textOf } from "../trino/casts/text";
import { formatDouble, formatReal } from "../trino/types/text/numbers";
import type { Type } from "../trino/types/types";

/**
 * The text that the catalog has of a key's value, whichever engine wrote the folder: numbers as Java writes them (`1.0E10`), times
 * without zeros at their end, and Hive's name of NULL for an empty text too.
 */
export function partitionText(written: string, type: Type, partition: string): string {
  const value = partitionValue(infinite(written, type), type, partition);
  if (value === null || value === "") return nullPartition;
  switch (type.kind) {
    case "double":
      return formatDouble(value as number);
    case "real":
      return formatReal(value as number);
    case "timestamp":
      return textOf(type)(value).replace(/\.?0*$/, "");
    default:
      return textOf(type)(value);
  }
}

/** DuckDB writes `inf`. */
const infinite = (text: string, { kind }: Type): string =>
  kind === "double" || kind === "real"
    ? text.replace(/^(-?)inf$/, "$1Infinity").replace(/^-?nan$/, "NaN")
    : text;
