import type { GlueTable } from "@streaming-data-lake/terraform/types";
import { type CatalogEntry, isView, type Snapshot } from "../catalog/snapshot";
import { viewOf } from "../catalog/views";
import { everyPartition, listPartitions } from "../reading/partitions";
import type { BoundCatalog, CatalogColumn, CatalogTable } from "../trino/bind/tree";
import { TrinoError } from "../trino/types/errors";
import { ofHiveType } from "../trino/types/hive";
import { bigint, type Type, timeOf, varchar } from "../trino/types/types";
import {
  INFORMATION_SCHEMA,
  informationSchema,
  VirtualTable,
  valuesSql,
} from "./statements/information-schema";

/** Where the rows of a table come from. */
export type SourceTable = CatalogEntry | VirtualTable;

/** Columns that every table has and that `SELECT *` does not return. */
const hidden: readonly CatalogColumn[] = (
  [
    ["$path", varchar],
    ["$file_size", bigint],
    ["$file_modified_time", timeOf("timestamp with time zone", 3)],
    ["$partition", varchar],
  ] as const
).map(([name, type]) => ({ name, type, partitionKey: false, hidden: true }));

const partitionsSuffix = "$partitions";

/** The catalog in which a statement's names are looked up: tables and views by database and name, in lower case. */
export class GlueCatalog implements BoundCatalog {
  readonly name = "awsdatacatalog";
  /** The databases and `information_schema`. */
  readonly schemas: readonly string[];
  private readonly described = new Map<string, CatalogTable>();
  private readonly information: ReadonlyMap<string, CatalogTable>;

  constructor(
    readonly snapshot: Snapshot,
    private readonly lakeFolder: string,
    private readonly now: () => Date,
  ) {
    this.schemas = [...snapshot.databases, INFORMATION_SCHEMA];
    this.information = informationSchema(this);
  }

  find(schema: string, name: string): CatalogTable | undefined {
    if (schema === INFORMATION_SCHEMA) return this.information.get(name);
    const entry = this.snapshot.find(schema, name);
    if (entry) return this.describe(schema, entry);
    if (!name.endsWith(partitionsSuffix)) return undefined;
    const partitioned = this.snapshot.find(schema, name.slice(0, -partitionsSuffix.length));
    return partitioned && partitioned.table.partitionKeys.length > 0
      ? this.partitionsOf(partitioned, schema, name)
      : undefined;
  }

  tables(schema: string): CatalogTable[] {
    if (schema === INFORMATION_SCHEMA) return [...this.information.values()];
    return this.snapshot.tables(schema).map((entry) => this.describeForList(schema, entry));
  }

  /** A table that cannot be described is listed without columns, so that only statements that name it fail. */
  private describeForList(schema: string, entry: CatalogEntry): CatalogTable {
    try {
      return this.describe(schema, entry);
    } catch (error) {
      if (!(error instanceof TrinoError)) throw error;
      return { schema, name: entry.table.name.toLowerCase(), columns: [], source: entry };
    }
  }

  /** The table `"name$partitions"`, which has a row with the key values of each partition. */
  private partitionsOf(entry: CatalogEntry, schema: string, name: string): CatalogTable {
    const keys = entry.table.partitionKeys.map((key) => describeColumn(entry.table, key, false));
    const source = new VirtualTable(async () => {
      const { partitions } = await listPartitions(entry, {
        lakeFolder: this.lakeFolder,
        now: this.now(),
        filter: everyPartition,
      });
      return valuesSql(
        keys.map((key) => [key.name, key.type]),
        partitions.map(({ texts, values }) =>
          texts.map((text, index) => (values[index] === null ? null : text)),
        ),
      );
    }, entry.table);
    return { schema, name, columns: keys, source };
  }

  private describe(schema: string, entry: CatalogEntry): CatalogTable {
    const name = entry.table.name.toLowerCase();
    const key = `${schema}.${name}`;
    let described = this.described.get(key);
    if (!described) {
      described = isView(entry.table)
        ? describeView(schema, name, entry)
        : describeTable(schema, name, entry);
      this.described.set(key, described);
    }
    return described;
  }
}

function describeTable(schema: string, name: string, entry: CatalogEntry): CatalogTable {
  const { table } = entry;
  const columns = [
    ...table.columns.map((column) => describeColumn(table, column, false)),
    ...table.partitionKeys.map((column) => describeColumn(table, column, true)),
  ];
  return { schema, name, columns: [...columns, ...hidden], source: entry };
}

function describeView(schema: string, name: string, entry: CatalogEntry): CatalogTable {
  const { sql, schema: definedIn, columns } = viewOf(entry.table);
  return {
    schema,
    name,
    columns: columns.map((column) => ({ ...column, partitionKey: false, hidden: false })),
    source: entry,
    view: { sql, schema: definedIn },
  };
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
      `column type "${hiveType}" of ${table.name}.${name} is not one of Athena's types`,
    );
  return { name: name.toLowerCase(), type, partitionKey, hidden: false };
}
