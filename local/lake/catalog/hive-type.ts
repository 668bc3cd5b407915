import type { Type } from "../trino/types/types";

const plain: Readonly<Partial<Record<Type["kind"], string>>> = {
  boolean: "boolean",
  tinyint: "tinyint",
  smallint: "smallint",
  integer: "int",
  bigint: "bigint",
  real: "float",
  double: "double",
  varbinary: "binary",
  date: "date",
};

/** The Hive type of a column that holds values of the given type. Undefined when Hive has no such type. */
export function toHiveType(type: Type): string | undefined {
  switch (type.kind) {
    case "varchar":
      return type.length === undefined || type.length > 65535 ? "string" : `varchar(${type.length})`;
    case "char":
      return type.length > 255 ? undefined : `char(${type.length})`;
    case "decimal":
      return `decimal(${type.precision},${type.scale})`;
    case "timestamp":
      return "timestamp";
    case "array": {
      const element = toHiveType(type.element);
      return element && `array<${element}>`;
    }
    case "map": {
      const key = toHiveType(type.key);
      const value = toHiveType(type.value);
      return key && value && `map<${key},${value}>`;
    }
    case "row": {
      const fields = type.fields.map((field) => {
        const inner = field.name === undefined ? undefined : toHiveType(field.type);
        return inner && `${field.name}:${inner}`;
      });
      return fields.every((field) => field !== undefined) ? `struct<${fields.join(",")}>` : undefined;
    }
    default:
      return plain[type.kind];
  }
}
