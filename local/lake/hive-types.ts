import { StackError } from "@streaming-data-lake/terraform/errors";
import { type HiveType, parseHiveType } from "@streaming-data-lake/terraform/hive-type";
import { QueryError } from "./errors";
import { quoteName } from "./quote";

const primitives: Readonly<Record<string, string>> = {
  string: "VARCHAR",
  boolean: "BOOLEAN",
  tinyint: "TINYINT",
  smallint: "SMALLINT",
  int: "INTEGER",
  integer: "INTEGER",
  bigint: "BIGINT",
  float: "FLOAT",
  double: "DOUBLE",
  binary: "BLOB",
  date: "DATE",
  timestamp: "TIMESTAMP",
};

/**
 * The DuckDB type of a Hive type.
 * https://docs.aws.amazon.com/athena/latest/ug/data-types.html
 *
 * @throws QueryError naming the type, when Athena does not have it.
 */
export function duckdbTypeOfHive(hiveType: string): string {
  const unknown = () => new QueryError(`column type "${hiveType}" is not one of Athena's`);
  try {
    return translate(parseHiveType(hiveType), unknown);
  } catch (error) {
    throw error instanceof StackError ? unknown() : error;
  }
}

function translate(type: HiveType, unknown: () => QueryError): string {
  switch (type.kind) {
    case "array":
      return `${translate(type.element, unknown)}[]`;
    case "map":
      return `MAP(${translate(type.key, unknown)}, ${translate(type.value, unknown)})`;
    case "struct":
      return `STRUCT(${type.fields.map(([name, field]) => `${quoteName(name)} ${translate(field, unknown)}`).join(", ")})`;
    case "primitive":
      return primitive(type, unknown);
  }
}

function primitive(
  { name, parameters }: Extract<HiveType, { readonly kind: "primitive" }>,
  unknown: () => QueryError,
): string {
  const [first, second, ...more] = parameters;
  if (name === "decimal" && more.length === 0) return `DECIMAL(${first ?? 10},${second ?? 0})`;
  if ((name === "varchar" || name === "char") && parameters.length === 1) return "VARCHAR";
  const known = parameters.length === 0 ? primitives[name] : undefined;
  if (known === undefined) throw unknown();
  return known;
}
