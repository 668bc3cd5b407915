import { type DuckDBConnection, DuckDBInstance } from "@duckdb/node-api";
import { quoteText } from "../quote";

/** A DuckDB database that can only read and write files inside one folder, and whose settings cannot be changed. */
export interface Database {
  readonly connection: DuckDBConnection;
  close(): void;
}

export async function openDatabase(folder: string): Promise<Database> {
  const instance = await DuckDBInstance.create(":memory:", {
    autoinstall_known_extensions: "false",
    autoload_known_extensions: "false",
  });
  const connection = await instance.connect();
  const statements = [
    "SET TimeZone = 'UTC'",
    // A cached footer is read again when its object has changed.
    "SET parquet_metadata_cache = true",
    `SET allowed_directories = [${quoteText(`${folder}/`)}]`,
    "SET enable_external_access = false",
    "SET lock_configuration = true",
  ];
  await connection.run(statements.join(";\n"));
  return {
    connection,
    close() {
      connection.closeSync();
      instance.closeSync();
    },
  };
}
