import { type HiveType, readHiveType } from "@streaming-data-lake/rules/hive-types";
import { StackError } from "./errors";

export type { HiveType } from "@streaming-data-lake/rules/hive-types";

/**
 * Parses the type of a Glue column.
 *
 * @throws StackError for text that does not have the form of a Hive type. Callers check whether a primitive type
 *   exists.
 */
export function parseHiveType(text: string): HiveType {
  const type = readHiveType(text);
  if (!type) throw new StackError(`column type "${text}" is not a Hive type`);
  return type;
}
