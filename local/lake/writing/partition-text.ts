import { nullPartition } from "../catalog/partition-names";
import { partitionValue } from "../reading/partition-values";
import { textOf } from "../trino/casts/text";
import { formatDouble, formatReal } from "../trino/types/text/numbers";
import type { Type } from "../trino/types/types";

/**
 * The text of a partition value in the catalog. It does not depend on which engine named the folder: numbers are
 * written as Java writes them (`1.0E10`), times have no trailing zeros, and an empty string becomes Hive's name of
 * NULL.
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

/** DuckDB writes infinity as `inf`. */
const infinite = (text: string, { kind }: Type): string =>
  kind === "double" || kind === "real"
    ? text.replace(/^(-?)inf$/, "$1Infinity").replace(/^-?nan$/, "NaN")
    : text;
