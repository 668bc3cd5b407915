import { item, quoteName } from "../quote";
import { fieldOf } from "../trino/types/duckdb";
import type { Type } from "../trino/types/types";

function needed(type: Type): boolean {
  switch (type.kind) {
    case "char":
    case "row":
      return true;
    case "array":
      return needed(type.element);
    case "map":
      return needed(type.key) || needed(type.value);
    default:
      return false;
  }
}

/** The SQL that converts a value from the engine's representation to the one in files. */
export function toPhysical(sql: string, type: Type): string {
  switch (type.kind) {
    case "array":
      return needed(type.element)
        ? `list_transform(${sql}, lambda ${item}: ${toPhysical(item, type.element)})`
        : sql;
    case "map":
      return needed(type.key) || needed(type.value)
        ? `map_from_entries(list_transform(map_entries(${sql}), lambda ${item}: struct_pack(key := ${toPhysical(`${item}.key`, type.key)}, value := ${toPhysical(`${item}.value`, type.value)})))`
        : sql;
    case "row": {
      const fields = type.fields.map(
        (field, index) =>
          `${quoteName(field.name ?? fieldOf(index))} := ${toPhysical(`struct_extract(${sql}, '${fieldOf(index)}')`, field.type)}`,
      );
      return `CASE WHEN ${sql} IS NOT NULL THEN struct_pack(${fields.join(", ")}) END`;
    }
    default:
      return sql;
  }
}
