import { toHiveType } from "../../catalog/hive-type";
import { listObjects, locationFolder } from "../../reading/objects";
import type { OutputColumn } from "../../trino/bind/tree";
import { errorAt, type TextPosition, TrinoError } from "../../trino/types/errors";
import { formatType } from "../../trino/types/format";
import type { Type } from "../../trino/types/types";

export interface NewColumn {
  readonly name: string;
  readonly type: Type;
  readonly hiveType: string;
}

/**
 * The columns of new objects that hold a query's rows.
 *
 * @throws TrinoError when a column has no name, the name of another column, or a type that Hive does not have.
 */
export function newColumns(
  outputs: readonly OutputColumn[],
  names: readonly (string | undefined)[],
  at: TextPosition,
): NewColumn[] {
  const seen = new Set<string>();
  return outputs.map(({ type }, index) => {
    const name = names[index]?.toLowerCase();
    if (name === undefined)
      throw errorAt(at, "MISSING_COLUMN_NAME", `Column name not specified at position ${index + 1}`);
    if (seen.has(name))
      throw errorAt(at, "DUPLICATE_COLUMN_NAME", `Column name '${name}' specified more than once`);
    seen.add(name);
    if (type.kind === "unknown")
      throw errorAt(at, "COLUMN_TYPE_UNKNOWN", `Column type is unknown at position ${index + 1}`);
    checkPrecision(type);
    const hiveType = toHiveType(type);
    if (hiveType === undefined)
      throw new TrinoError("NOT_SUPPORTED", `Unsupported Hive type: ${formatType(type)}`);
    return { name, type, hiveType };
  });
}

function checkPrecision(type: Type): void {
  if (type.kind === "timestamp" && type.precision !== 3)
    throw errorAt(
      undefined,
      "NOT_SUPPORTED",
      `Incorrect timestamp precision for ${formatType(type)}; the configured precision is MILLISECONDS`,
      "CAST(… AS timestamp(3))",
    );
  if (type.kind === "array") checkPrecision(type.element);
  if (type.kind === "map") for (const inner of [type.key, type.value]) checkPrecision(inner);
  if (type.kind === "row") for (const field of type.fields) checkPrecision(field.type);
}

/** @throws TrinoError when the partition keys are not the last columns, in the same order. */
export function checkKeys(columns: readonly NewColumn[], keys: readonly string[]): void {
  const names = columns.map(({ name }) => name);
  const missing = keys.filter((key) => !names.includes(key));
  if (missing.length > 0)
    throw new TrinoError(
      "INVALID_TABLE_PROPERTY",
      `Partition columns [${missing.join(", ")}] not present in schema`,
    );
  if (keys.length > 0 && keys.length === columns.length)
    throw new TrinoError("INVALID_TABLE_PROPERTY", "Table contains only partition columns");
  if (names.slice(names.length - keys.length).join() !== keys.join())
    throw new TrinoError(
      "HIVE_COLUMN_ORDER_MISMATCH",
      `Partition keys must be the last columns in the table and in the same order as the table properties: [${keys.join(", ")}]`,
    );
}

/** @throws TrinoError HIVE_PATH_ALREADY_EXISTS when the location already holds objects. */
export function checkEmpty(location: string, lakeFolder: string, what: string): void {
  const folder = locationFolder(location, lakeFolder, what);
  if (listObjects(folder).length > 0)
    throw new TrinoError(
      "HIVE_PATH_ALREADY_EXISTS",
      `Target directory for ${what} already exists: ${location}. You may need to manually clean the data at location '${location}' before retrying. Athena will not delete data in your account.`,
    );
}
