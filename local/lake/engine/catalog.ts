import type { GlueTable } from "@streaming-data-lake/terraform/types";
import type { Catalog, CatalogColumn, CatalogTable } from "../trino/bind/tree";
import { TrinoError } from "../trino/types/errors";
import { ofHiveType } from "../trino/types/hive";
import { bigint, type Type, timeOf, varchar } from "../trino/types/types";
import { INFORMATION_SCHEMA, informationSchema } from "./information-schema";

/** Columns that every table has, which `*` leaves out. */
const hidden: readonly CatalogColumn[] = (
  [
    ["$path", varchar],
    ["$file_size", bigint],
    ["$file_modified_time", timeOf("timestamp with time zone", 3)],
    ["$partition", varchar],
  ] as const
).map(([name, type]) => ({ name, type, partitionKey: false, hidden: true }));

/** The tables of a stack, as statements name them: by database and name, in any case. */
export class GlueCatalog implements Catalog {
  readonly name = "awsdatacatalog";
  readonly schemas: readonly string[];
  private readonly bySchema = new Map<string, Map<string, GlueTable>>();
  private readonly virtual: ReadonlyMap<string, CatalogTable>;
  private readonly described = new Map<GlueTable, CatalogTable>();

  constructor(readonly glueTables: readonly GlueTable[]) {
    for (const table of glueTables) {
      const schema = table.database.toLowerCase();
      const tables = this.bySchema.get(schema) ?? new Map<string, GlueTable>();
      tables.set(table.name.toLowerCase(), table);
      this.bySchema.set(schema, tables);
    }
    this.schemas = [...this.bySchema.keys(), INFORMATION_SCHEMA];
    this.virtual = informationSchema(this);
  }

  find(schema: string, name: string): CatalogTable | undefined {
    if (schema === INFORMATION_SCHEMA) return this.virtual.get(name);
    const table = this.bySchema.get(schema)?.get(name);
    return table && this.describe(table);
  }

  tables(schema: string): CatalogTable[] {
    if (schema === INFORMATION_SCHEMA) return [...this.virtual.values()];
    return [...(this.bySchema.get(schema)?.values() ?? [])].map((table) => this.describe(table));
  }

  private describe(table: GlueTable): CatalogTable {
    let described = this.described.get(table);
    if (!described) {
      const columns = [
        ...table.columns.map((column) => describeColumn(table, column, false)),
        ...table.partitionKeys.map((column) => describeColumn(table, column, true)),
      ];
      described = {
        schema: table.database.toLowerCase(),
        name: table.name.toLowerCase(),
        columns: [...columns, ...hidden],
        source: table,
      };
      this.described.set(table, described);
    }
    return described;
  }
}

function describeColumn(
  table: GlueTable,
  { name, type: hiveType }: GlueTable["columns"][number],
  partitionKey: boolean,
): CatalogColumn {
  const type: Type | undefined = ofHiveType(hiveType);
  if (!type)
    throw new TrinoError(
      "HIVE_INVALID_METADATA",
      `column type "${hiveType}" of ${table.name}.${name} is none of Athena's`,
    );
  return { name: name.toLowerCase(), type, partitionKey, hidden: false };
}
