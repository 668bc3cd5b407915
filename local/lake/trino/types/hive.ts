import { StackError } from "@streaming-data-lake/terraform/errors";
import { type HiveType, parseHiveType } from "@streaming-data-lake/terraform/hive-type";
import type { Type } from "./types";
import * as types from "./types";

const primitives: Readonly<Record<string, Type>> = {
  string: types.varchar,
  boolean: types.boolean,
  tinyint: types.tinyint,
  smallint: types.smallint,
  int: types.integer,
  integer: types.integer,
  bigint: types.bigint,
  float: types.real,
  double: types.double,
  binary: types.varbinary,
  date: types.date,
  timestamp: types.timeOf("timestamp", 3),
};

/**
 * The type that Athena gives to a column of a Hive type. Undefined when Athena does not support the Hive type.
 *
 * @see https://docs.aws.amazon.com/athena/latest/ug/data-types.html
 */
export function ofHiveType(hiveType: string): Type | undefined {
  try {
    return translate(parseHiveType(hiveType));
  } catch (error) {
    if (error instanceof StackError) return undefined;
    throw error;
  }
}

function translate(type: HiveType): Type | undefined {
  switch (type.kind) {
    case "array": {
      const element = translate(type.element);
      return element && types.arrayOf(element);
    }
    case "map": {
      const key = translate(type.key);
      const value = translate(type.value);
      return key && value && types.mapOf(key, value);
    }
    case "struct": {
      const fields = [];
      for (const [name, fieldType] of type.fields) {
        const field = translate(fieldType);
        if (!field) return undefined;
        fields.push({ name: name.toLowerCase(), type: field });
      }
      return types.rowOf(fields);
    }
    case "primitive":
      return ofPrimitive(type);
  }
}

/** The type for a Hive type that contains no other types. */
export function ofPrimitive({
  name,
  parameters,
}: Extract<HiveType, { readonly kind: "primitive" }>): Type | undefined {
  const isLength = (most: number) => parameters.length === 1 && isWithin(parameters[0], 1, most);
  switch (name) {
    case "varchar":
      return isLength(65535) ? types.varcharOf(parameters[0]) : undefined;
    case "char":
      return isLength(255) ? types.charOf(parameters[0] ?? 1) : undefined;
    case "decimal": {
      const [precision = 10, scale = 0, ...more] = parameters;
      const isKnown = isWithin(precision, 1, 38) && isWithin(scale, 0, precision) && more.length === 0;
      return isKnown ? types.decimalOf(precision, scale) : undefined;
    }
    default:
      return parameters.length === 0 && Object.hasOwn(primitives, name) ? primitives[name] : undefined;
  }
}

const isWithin = (value: number | undefined, least: number, most: number): boolean =>
  value !== undefined && value >= least && value <= most;
