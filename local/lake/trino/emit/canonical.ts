import { named } from "../../quote";
import { fieldOf } from "../types/duckdb";
import type { Type } from "../types/types";
import type { Emission } from "./context";

type Variable = Pick<Emission, "variable">;

export const hasZone = (type: Type): boolean => type.kind.endsWith("with time zone");

const isMap = (type: Type): boolean => type.kind === "map";

/** Whether a type or a part of it fits. */
function contains(type: Type, fits: (type: Type) => boolean): boolean {
  if (fits(type)) return true;
  switch (type.kind) {
    case "array":
      return contains(type.element, fits);
    case "map":
      return contains(type.key, fits) || contains(type.value, fits);
    case "row":
      return type.fields.some((field) => contains(field.type, fits));
    default:
      return false;
  }
}

/** Whether a type has times with zones, which are equal when their instants are. In DuckDB the zone counts. */
export const containsZone = (type: Type): boolean => contains(type, hasZone);

/** Whether values of a type can be equal without being the same in DuckDB. */
export const hasKey = (type: Type): boolean => contains(type, (part) => isMap(part) || hasZone(part));

/** A value whose maps have their entries in the order of the keys, so that equal values are the same in DuckDB. */
export const canonical = (sql: string, type: Type, emission: Variable): string =>
  rewritten(sql, type, isMap, emission);

/** What is the same of equal values: their instants instead of times with zones, and the sorted entries of maps. */
export const keyOf = (sql: string, type: Type, emission: Variable): string =>
  rewritten(sql, type, (part) => isMap(part) || hasZone(part), emission);

function rewritten(sql: string, type: Type, fits: (type: Type) => boolean, emission: Variable): string {
  if (!contains(type, fits)) return sql;
  const part = (inner: string, innerType: Type) => rewritten(inner, innerType, fits, emission);
  switch (type.kind) {
    case "map": {
      const x = emission.variable();
      const entry = `{'key': ${part(`${x}.key`, type.key)}, 'value': ${part(`${x}.value`, type.value)}}`;
      return `map_from_entries(list_sort(list_transform(map_entries(${sql}), lambda ${x}: ${entry})))`;
    }
    case "array": {
      const x = emission.variable();
      return `list_transform(${sql}, lambda ${x}: ${part(x, type.element)})`;
    }
    case "row": {
      const x = emission.variable();
      const fields = type.fields.map(
        (field, index) => `'${fieldOf(index)}': ${part(`${x}.${fieldOf(index)}`, field.type)}`,
      );
      const made = `CASE WHEN ${x} IS NOT NULL THEN {${fields.join(", ")}} END`;
      return named(x, sql, made);
    }
    default:
      return `(${sql}).instant`;
  }
}
