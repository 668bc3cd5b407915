import type { DuckDBConnection } from "@duckdb/node-api";
import type { GlueTable } from "@streaming-data-lake/terraform/types";
import { quoteName, quoteText } from "./hive-types";
import { macroStatements } from "./macros";

/**
 * Makes a DuckDB connection answer as Athena does: catalog `AwsDataCatalog`, one schema a Glue database, Trino's
 * functions, UTC, integer division of integers. Statements name tables alone or by database.
 */
export async function createCatalog(
  connection: DuckDBConnection,
  tables: readonly GlueTable[],
): Promise<void> {
  const databases = [...new Set(tables.map(({ database }) => database))];
  const schemas = databases.map((database) => `awsdatacatalog.${quoteName(database)}`);
  const statements = [
    "SET TimeZone = 'UTC'",
    "SET integer_division = true",
    "SET default_null_order = 'nulls_last'",
    ...macroStatements,
    "ATTACH ':memory:' AS awsdatacatalog",
    ...schemas.map((schema) => `CREATE SCHEMA ${schema}`),
    `SET search_path = ${quoteText([...schemas, "memory.main"].join(","))}`,
  ];
  await connection.run(statements.join(";\n"));
}
