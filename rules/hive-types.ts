/**
 * Hive's types without parameters and parts, as Athena's DDL and Glue name them.
 *
 * https://docs.aws.amazon.com/athena/latest/ug/data-types.html
 */
export const plainHiveTypes: ReadonlySet<string> = new Set([
  "bigint",
  "binary",
  "boolean",
  "date",
  "double",
  "float",
  "int",
  "smallint",
  "string",
  "timestamp",
  "tinyint",
]);

/** The greatest parameters of the types that have some. */
export const hiveTypeMaxima = { charLength: 255, varcharLength: 65_535, decimalPrecision: 38 };
