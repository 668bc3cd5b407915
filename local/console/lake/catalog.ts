import type { World } from "@streaming-data-lake/aws";
import { describeFunctions } from "@streaming-data-lake/lake/trino/functions/catalog";
import type { CatalogTree } from "../api";

/** Names of the Trino functions that the local query engine supports. */
let functions: readonly string[] | undefined;

/** Databases, tables and views, those of the stack and those that statements have created. */
export async function catalogOf({ catalog }: World): Promise<CatalogTree> {
  const snapshot = await catalog.snapshot();
  functions ??= [
    ...new Set(describeFunctions().flatMap(({ name, source }) => (source === undefined ? [] : [name]))),
  ];
  return {
    databases: snapshot.databases.map((name) => ({
      name,
      tables: snapshot.tables(name).map(({ table }) => ({
        name: table.name,
        kind: table.tableType === "VIRTUAL_VIEW" ? "view" : "table",
        columns: [
          ...table.columns.map((column) => ({ ...column, partition: false })),
          ...table.partitionKeys.map((column) => ({ ...column, partition: true })),
        ],
      })),
    })),
    functions,
  };
}
