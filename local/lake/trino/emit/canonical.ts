import { named } from "../../quote";
import { fieldOf } from "../types/duckdb";
import type { Type } from "../types/types";

/** Whether a type has maps, which are equal whatever the order of their entries. In DuckDB the order counts. */
export function hasMap(type: Type): boolean {
  switch (type.kind) {
    case "map":
      return true;
    case "array":
      return hasMap(type.element);
    case "row":
      return type.fields.some((field) => hasMap(field.type));
    default:
      return false;
  }
}

/** A value whose maps have their entries in the order of the keys, so that equal values are the same in DuckDB. */
export function canonical(sql: string, type: Type, variable: () => string): string {
  if (!hasMap(type)) return sql;
  switch (type.kind) {
    case "map": {
      const x = variable();
      const value = canonical(`${x}.value`, type.value, variable);
      const entries = `list_transform(map_entries(${sql}), lambda ${x}: {'key': ${x}.key, 'value': ${value}})`;
      return `map_from_entries(list_sort(${entries}))`;
    }
    case "array": {
      const x = variable();
      return `list_transform(${sql}, lambda ${x}: ${canonical(x, type.element, variable)})`;
    }
    case "row": {
      const x = variable();
      const fields = type.fields.map(
        (field, index) => `'${fieldOf(index)}': ${canonical(`${x}.${fieldOf(index)}`, field.type, variable)}`,
      );
      const made = `CASE WHEN ${x} IS NOT NULL THEN {${fields.join(", ")}} END`;
      return named(x, sql, made);
    }
    default:
      return sql;
  }
}
