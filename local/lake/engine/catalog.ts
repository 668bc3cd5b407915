import type { GlueTable } from "@streaming-data-lake/terraform/types";
import { listPartitions } from "../partitions";
import type { Catalog, CatalogColumn, CatalogTable } from "../trino/bind/tree";
import { TrinoError } from "../trino/types/errors";
import { ofHiveType } from "../trino/types/hive";
import { bigint, type Type, timeOf, varchar } from "../trino/types/types";
import {
  INFORMATION_SCHEMA,
  informationSchema,
  VirtualTable,
  valuesSql,
} from "./statements/information-schema";

/** Where a table's rows come from. */
export type Source = GlueTable | VirtualTable;

/** Columns that every table has, which `*` leaves out. */
const hidden: readonly CatalogColumn[] = (
  [
    ["$path", varchar],
    ["$file_size", bigint],
    ["$file_modified_time", timeOf("timestamp with time zone", 3)],
    ["$partition", varchar],
  ] as const
).map(([name, type]) => ({ name, type, partitionKey: false, hidden: true }));

const partitionsSuffix = "$partitions";

/** The tables of a stack, as statements name them: by database and name, in any case. */
export class GlueCatalog implements Catalog {
  readonly name = "awsdatacatalog";
  /** The databases of the stack, and information_schema. */
  readonly schemas: readonly string[];
  private readonly bySchema = new Map<string, Map<string, GlueTable>>();
  private readonly described = new Map<GlueTable, CatalogTable>();
  private readonly information: ReadonlyMap<string, CatalogTable>;

  constructor(
    glueTables: readonly GlueTable[],
    private readonly lakeFolder: string,
    private readonly now: () => Date,
  ) {
    for (const table of glueTables) {
      const schema = table.database.toLowerCase();
      const tables = this.bySchema.get(schema) ?? new Map<string, GlueTable>();
      tables.set(table.name.toLowerCase(), table);
      this.bySchema.set(schema, tables);
    }
    this.schemas = [...this.bySchema.keys(), INFORMATION_SCHEMA];
    this.information = informationSchema(this);
  }

  find(schema: string, name: string): CatalogTable | undefined {
    if (schema === INFORMATION_SCHEMA) return this.information.get(name);
    const table = this.bySchema.get(schema)?.get(name);
    if (table) return this.describe(table);
    if (!name.endsWith(partitionsSuffix)) return undefined;
    const of = this.bySchema.get(schema)?.get(name.slice(0, -partitionsSuffix.length));
    return of && of.partitionKeys.length > 0 ? this.partitionsOf(of, name) : undefined;
  }

  tables(schema: string): CatalogTable[] {
    if (schema === INFORMATION_SCHEMA) return [...this.information.values()];
    return [...(this.bySchema.get(schema)?.values() ?? [])].map((table) => this.describe(table));
  }

  /** `"table$partitions"`: a row of the keys' values for each partition. */
  private partitionsOf(table: GlueTable, name: string): CatalogTable {
    const keys = table.partitionKeys.map(({ name: key }) => key.toLowerCase());
    const source = new VirtualTable(async () => {
      const partitions = await listPartitions(table, this.lakeFolder, this.now());
      const rows = partitions.map(({ values }) => table.partitionKeys.map((key) => values[key.name] ?? null));
      return valuesSql(
        keys.map((key) => [key, varchar]),
        rows,
      );
    });
    return {
      schema: table.database.toLowerCase(),
      name,
      columns: keys.map((key) => ({ name: key, type: varchar, partitionKey: false, hidden: false })),
      source,
    };
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
