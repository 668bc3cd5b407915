import type { DuckDBConnection } from "@duckdb/node-api";
import type { GlueTable } from "../stack/types";
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
  await connection.run("SET TimeZone = 'UTC'");
  await connection.run("SET integer_division = true");
  await connection.run("SET default_null_order = 'nulls_last'");
  for (const statement of macroStatements) await connection.run(statement);
  await connection.run("ATTACH ':memory:' AS awsdatacatalog");
  for (const database of databases)
    await connection.run(`CREATE SCHEMA awsdatacatalog.${quoteName(database)}`);
  const path = [...databases.map((database) => `awsdatacatalog.${quoteName(database)}`), "memory.main"];
  await connection.run(`SET search_path = ${quoteText(path.join(","))}`);
}
