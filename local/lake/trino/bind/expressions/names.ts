import type { DataType, NumericParameter } from "../../parse/ast";
import { errorAt, type TextPosition } from "../../types/errors";
import type { Type } from "../../types/types";
import * as types from "../../types/types";
import { typeText } from "../text";

const simple: Readonly<Record<string, Type>> = {
  unknown: types.unknown,
  boolean: types.boolean,
  tinyint: types.tinyint,
  smallint: types.smallint,
  integer: types.integer,
  int: types.integer,
  bigint: types.bigint,
  real: types.real,
  double: types.double,
  varbinary: types.varbinary,
  date: types.date,
  json: types.json,
  uuid: types.uuid,
  ipaddress: types.ipaddress,
};

/** Types whose values cannot be part of a result, by their names in lower case. */
const opaques: Readonly<Record<string, string>> = {
  hyperloglog: "HyperLogLog",
  p4hyperloglog: "P4HyperLogLog",
  setdigest: "SetDigest",
  tdigest: "tdigest",
  color: "color",
  joniregexp: "JoniRegExp",
  jsonpath: "JsonPath",
  json2016: "json2016",
  jsonpath2016: "JsonPath2016",
  likepattern: "LikePattern",
  codepoints: "CodePoints",
  geometry: "Geometry",
  sphericalgeography: "SphericalGeography",
  bingtile: "BingTile",
  kdbtree: "KdbTree",
  regressor: "Regressor",
  objectid: "ObjectId",
};

/** The precision of a type that is written without one. */
const defaultPrecision = 3;

const unknownType = (name: string, { at, text }: Written) => {
  const hint = elsewhere[name.toLowerCase()];
  return errorAt(at, "TYPE_MISMATCH", `Unknown type: ${text}`, hint && `Trino's type is ${hint}`);
};

/** The whole type, of which one that is looked at may be a part. */
interface Written {
  readonly at: TextPosition;
  readonly text: string;
}

/** Types of other dialects, with their equivalents in Trino. */
const elsewhere: Readonly<Record<string, string>> = {
  string: "varchar",
  text: "varchar",
  float: "real",
  float4: "real",
  float8: "double",
  int2: "smallint",
  int4: "integer",
  int8: "bigint",
  number: "decimal",
  numeric: "decimal",
  bool: "boolean",
  datetime: "timestamp",
  timestamptz: "timestamp with time zone",
  binary: "varbinary",
  bytes: "varbinary",
  bytea: "varbinary",
  blob: "varbinary",
  struct: "row",
  list: "array",
  hugeint: "decimal(38, 0)",
  unsigned: "bigint",
  signed: "bigint",
};

function numbers(node: {
  readonly arguments: readonly (DataType | NumericParameter)[];
}): number[] | undefined {
  const found = [];
  for (const argument of node.arguments) {
    if (argument.kind !== "NumericParameter") return undefined;
    found.push(Number(argument.value));
  }
  return found;
}

/**
 * The type that a statement names.
 *
 * @throws TrinoError TYPE_MISMATCH when Trino has no type of that name, INVALID_FUNCTION_ARGUMENT when a number is out
 * of range.
 */
export const typeOf = (node: DataType, at: TextPosition): Type =>
  typeWithin(node, { at, text: typeText(node) });

function typeWithin(node: DataType, written: Written): Type {
  switch (node.kind) {
    case "DateTimeType": {
      const { precision } = node;
      if (precision && precision.kind !== "NumericParameter") throw unknownType(node.base, written);
      return timeType(
        node.withTimeZone ? `${node.base} with time zone` : node.base,
        precision ? Number(precision.value) : defaultPrecision,
        written,
      );
    }
    case "IntervalType":
      if (node.from === "YEAR" && node.to === "MONTH") return types.intervalYear;
      if (node.from === "DAY" && node.to === "SECOND") return types.intervalDay;
      throw unknownType("interval", written);
    case "RowType":
      return types.rowOf(
        node.fields.map((field) => ({
          ...(field.name && { name: field.name.quoted ? field.name.value : field.name.value.toLowerCase() }),
          type: typeWithin(field.type, written),
        })),
      );
    case "GenericType":
      return genericType(node.name.value, node, written);
  }
}

function timeType(kind: types.TimeKind, precision: number, written: Written): Type {
  if (precision > 12) throw unknownType(kind, written);
  return types.timeOf(kind, precision);
}

function genericType(
  word: string,
  node: { readonly arguments: readonly (DataType | NumericParameter)[] },
  written: Written,
): Type {
  const { at } = written;
  const name = word.toLowerCase();
  const plain = simple[name];
  if (plain && node.arguments.length === 0) return plain;
  const lengths = numbers(node);
  const [first, second] = lengths ?? [];
  switch (name) {
    case "varchar":
      if (node.arguments.length === 0) return types.varchar;
      if (first === undefined || node.arguments.length > 1) break;
      if (first > 2_147_483_646)
        throw errorAt(at, "INVALID_FUNCTION_ARGUMENT", `Invalid VARCHAR length ${first}`);
      return types.varcharOf(first);
    case "char":
    case "character": {
      if (node.arguments.length > 1 || (node.arguments.length === 1 && first === undefined)) break;
      const length = first ?? 1;
      if (length > 65_536)
        throw errorAt(
          at,
          "TYPE_MISMATCH",
          `Unknown type: ${written.text}`,
          "CHAR length must be in range [0, 65536]",
        );
      return types.charOf(length);
    }
    case "decimal":
    case "dec":
    case "numeric": {
      if (
        name === "numeric" ||
        node.arguments.length > 2 ||
        (node.arguments.length > 0 && first === undefined)
      )
        break;
      const precision = first ?? 38;
      const scale = second ?? 0;
      if (precision < 1 || precision > 38)
        throw errorAt(
          undefined,
          "INVALID_FUNCTION_ARGUMENT",
          `DECIMAL precision must be in range [1, 38]: ${precision}`,
        );
      if (scale > precision)
        throw errorAt(
          undefined,
          "INVALID_FUNCTION_ARGUMENT",
          `DECIMAL scale must be in range [0, precision (${precision})]: ${scale}`,
        );
      return types.decimalOf(precision, scale);
    }
    case "time":
    case "timestamp":
      if (node.arguments.length > 1 || (node.arguments.length === 1 && first === undefined)) break;
      return timeType(name, first ?? defaultPrecision, written);
    case "array": {
      const [element] = inner(node, written);
      if (element && node.arguments.length === 1) return types.arrayOf(element);
      break;
    }
    case "map": {
      const [key, value] = inner(node, written);
      if (key && value && node.arguments.length === 2) return types.mapOf(key, value);
      break;
    }
    case "qdigest": {
      const [element] = inner(node, written);
      if (element) return types.opaque("qdigest", element);
      break;
    }
    default: {
      const opaque = opaques[name];
      if (opaque && node.arguments.length === 0) return types.opaque(opaque);
    }
  }
  throw unknownType(word, written);
}

const inner = (
  node: { readonly arguments: readonly (DataType | NumericParameter)[] },
  written: Written,
): Type[] =>
  node.arguments.flatMap((argument) =>
    argument.kind === "NumericParameter" ? [] : [typeWithin(argument, written)],
  );

/** The type of a literal such as `DATE '2024-01-15'`, given its first word. */
export const literalType = (word: string, at: TextPosition): Type | undefined => {
  try {
    return genericType(word, { arguments: [] }, { at, text: word });
  } catch {
    return undefined;
  }
};
