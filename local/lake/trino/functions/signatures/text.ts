import { formatType } from "../../types/format";
import type { Type } from "../../types/types";

/** A type as errors about functions write it, such as `map(varchar(1),integer)` or `row(integer,varchar(1))`. */
export function formatParameter(type: Type): string {
  switch (type.kind) {
    case "array":
      return `array(${formatParameter(type.element)})`;
    case "map":
      return `map(${formatParameter(type.key)},${formatParameter(type.value)})`;
    case "row":
      return `row(${type.fields.map(({ name, type: field }) => (name === undefined ? formatParameter(field) : `"${name}" ${formatParameter(field)}`)).join(",")})`;
    default:
      return formatType(type);
  }
}
