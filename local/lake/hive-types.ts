import { type HiveType, parseHiveType } from "@streaming-data-lake/terraform/hive-type";
import { QueryError } from "./errors";
import { quoteName } from "./quote";
import { duckdbTypeText } from "./trino/types/duckdb";
import { ofHiveType, ofPrimitive } from "./trino/types/hive";
import { varchar } from "./trino/types/types";

/**
 * The DuckDB type of a Hive type. Its structs have named fields.
 * https://docs.aws.amazon.com/athena/latest/ug/data-types.html
 *
 * @throws QueryError naming the type, when Athena does not support it.
 */
export function duckdbTypeOfHive(hiveType: string): string {
  if (!ofHiveType(hiveType)) throw new QueryError(`column type "${hiveType}" is not one of Athena's`);
  return translate(parseHiveType(hiveType));
}

function translate(type: HiveType): string {
  switch (type.kind) {
    case "array":
      return `${translate(type.element)}[]`;
    case "map":
      return `MAP(${translate(type.key)}, ${translate(type.value)})`;
    case "struct":
      return `STRUCT(${type.fields.map(([name, field]) => `${quoteName(name)} ${translate(field)}`).join(", ")})`;
    case "primitive":
      return duckdbTypeText(ofPrimitive(type) ?? varchar);
  }
}
