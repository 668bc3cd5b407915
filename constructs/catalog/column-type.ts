import {
  type HiveType,
  hiveTypeMaxima,
  hiveTypeText,
  plainHiveTypes,
  readHiveType,
} from "@streaming-data-lake/rules/hive-types";

/**
 * What is wrong with a Hive type, which Glue, Firehose and Athena must all accept; undefined when it is valid. The
 * names of Hive's types are in lower case, and there are no spaces.
 *
 * https://docs.aws.amazon.com/athena/latest/ug/data-types.html
 */
export function problemOfType(text: string): string | undefined {
  const type = readHiveType(text);
  if (!type) return unknown;
  const written = hiveTypeText(type);
  return problemOf(type) ?? (written === text ? undefined : `must be written as ${written}`);
}

/**
 * A field's name in a struct. Upper case is refused, because Athena would change it to lower case and Glue would not.
 *
 * https://docs.aws.amazon.com/athena/latest/ug/tables-databases-columns-names.html
 */
const fieldName = /^[a-z0-9_]{1,255}$/;

const unknown =
  "must be boolean, tinyint, smallint, int, bigint, float, double, decimal(p,s), char(n), varchar(n), string, binary, date, timestamp, array<…>, map<…,…> or struct<name:type,…>";

function problemOf(type: HiveType): string | undefined {
  switch (type.kind) {
    case "array":
      return problemOf(type.element);
    case "map":
      return type.key.kind === "primitive"
        ? (problemOf(type.key) ?? problemOf(type.value))
        : "must have map keys of a type without parts, such as map<string,…>";
    case "struct":
      return problemOfFields(type.fields);
    case "primitive":
      return problemOfPrimitive(type.name, type.parameters);
  }
}

function problemOfFields(fields: readonly (readonly [string, HiveType])[]): string | undefined {
  const names = fields.map(([name]) => name);
  const wrong = names.find((name) => !fieldName.test(name));
  if (wrong !== undefined)
    return `has a field ${JSON.stringify(wrong)}; fields are named by lower-case letters, digits and _`;
  const twice = names.find((name, index) => names.indexOf(name) < index);
  if (twice !== undefined) return `has two fields "${twice}"`;
  return fields.map(([, type]) => problemOf(type)).find((problem) => problem !== undefined);
}

function problemOfPrimitive(name: string, parameters: readonly number[]): string | undefined {
  const [first = 0, second = 0] = parameters;
  const { charLength, decimalPrecision, varcharLength } = hiveTypeMaxima;
  if (plainHiveTypes.has(name)) return parameters.length === 0 ? undefined : unknown;
  if (name === "decimal" && parameters.length <= 2)
    return parameters.length === 0 || (first >= 1 && first <= decimalPrecision && second <= first)
      ? undefined
      : `must have a precision from 1 to ${decimalPrecision}, and a scale from 0 to the precision`;
  if ((name === "char" || name === "varchar") && parameters.length === 1) {
    const most = name === "char" ? charLength : varcharLength;
    return first >= 1 && first <= most ? undefined : `must have a length from 1 to ${most}`;
  }
  return unknown;
}
