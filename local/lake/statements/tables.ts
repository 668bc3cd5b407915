import type { GlueTable } from "@streaming-data-lake/terraform/types";
import { withRecord } from "../catalog/catalog";
import { knownSerdes, type StorageClasses, serde, storedAs } from "../catalog/serdes";
import { definitionText, isView, type Snapshot, tableKey } from "../catalog/snapshot";
import type { CatalogState } from "../catalog/state";
import type { CreateHiveTable, HiveColumn, HiveStatement, HiveTableName } from "../hive/ast";
import { executionFailure, semanticFailure } from "../hive/errors";
import { errorAt, TrinoError } from "../trino/types/errors";
import { checkLocation, requireDatabase, type StatementContext } from "./context";

/** https://docs.aws.amazon.com/athena/latest/ug/create-table.html */
export async function createTable(statement: CreateHiveTable, context: StatementContext): Promise<void> {
  const database = statement.name.database ?? context.database;
  const name = statement.name.table;
  await context.catalog.change((snapshot) => {
    const { state } = snapshot;
    requireDatabase(snapshot, database);
    if (snapshot.find(database, name)) {
      if (statement.ifNotExists) return { state, result: undefined };
      throw tableAlreadyExists(name);
    }
    const table = definitionOf(statement, database, context);
    const createTime = Math.floor(context.now().getTime() / 1000);
    // The new table replaces a table of the stack that was dropped in this catalog.
    const inStack = snapshot.ofStack(database, name);
    const replaced = inStack && { stackDefinition: definitionText(inStack) };
    const record = { ...replaced, definition: table, partitions: [], createTime };
    return { state: withRecord(state, tableKey(database, name), record), result: undefined };
  });
}

export const tableAlreadyExists = (name: string): TrinoError =>
  executionFailure(`AlreadyExistsException(message:Table ${name} already exists)`);

function definitionOf(statement: CreateHiveTable, database: string, context: StatementContext): GlueTable {
  const { name, columns, partitionKeys, comment, location, properties, rowFormat } = statement;
  checkTableName(name.table);
  checkColumns(columns, partitionKeys);
  if (location === undefined)
    throw semanticFailure(
      "CREATE EXTERNAL TABLE needs a LOCATION",
      "end it with LOCATION 's3://bucket/folder/'",
    );
  checkLocation(location, context);
  const storage = storageOf(statement);
  const library = rowFormat?.kind === "serde" ? rowFormat.library : storage.library;
  if (!knownSerdes.has(library)) throw semanticFailure(`Cannot validate serde: ${library}`);
  const unknownTable = properties.table_type?.toUpperCase() === "ICEBERG";
  if (unknownTable)
    throw errorAt(
      undefined,
      "NOT_SUPPORTED",
      "Iceberg tables are not supported here",
      "leave out table_type",
    );
  return {
    address: "",
    database,
    name: name.table,
    location,
    columns,
    partitionKeys,
    serializationLibrary: library,
    serdeParameters: rowFormat?.properties ?? {},
    parameters: {
      EXTERNAL: "TRUE",
      ...properties,
      ...(comment !== undefined && { comment }),
    },
    inputFormat: storage.input,
    outputFormat: storage.output,
    tableType: "EXTERNAL_TABLE",
    ...(statement.buckets && { buckets: statement.buckets }),
  };
}

export function checkTableName(name: string): void {
  if (!/^\w{1,128}$/.test(name))
    throw executionFailure(
      `InvalidObjectException(message:${name} is not a valid object name)`,
      "a table's name has letters, digits and underscores, 128 at most",
    );
}

function checkColumns(columns: readonly HiveColumn[], keys: readonly HiveColumn[]): void {
  if (columns.length === 0)
    throw semanticFailure("[Error 10043]: Either list of columns or a custom serializer should be specified");
  checkDuplicates(columns);
  const names = new Set(columns.map(({ name }) => name));
  if (keys.some(({ name }) => names.has(name)))
    throw semanticFailure("[Error 10035]: Column repeated in partitioning columns");
  checkDuplicates(keys);
  const nested = keys.find(({ type }) => /[<]/.test(type));
  if (nested)
    throw executionFailure(
      `MetaException(message:partition column ${nested.name} must be of a primitive type)`,
    );
}

export function checkDuplicates(columns: readonly HiveColumn[]): void {
  const seen = new Set<string>();
  for (const { name } of columns) {
    if (seen.has(name)) throw semanticFailure(`[Error 10036]: Duplicate column name: ${name}`);
    seen.add(name);
  }
}

/**
 * The classes in which a table is stored. A table that names only a SerDe is stored as text, as in Hive, except that
 * the SerDes of Parquet, ORC and Avro imply their formats.
 */
function storageOf({ storedAs: stored, rowFormat }: CreateHiveTable): StorageClasses {
  const byName = stored?.kind === "format" ? storedAs[stored.name] : undefined;
  const text = storedAs.TEXTFILE as StorageClasses;
  if (stored?.kind === "classes") {
    const known = Object.values(storedAs).find(({ input }) => input === stored.input);
    return { library: known?.library ?? serde.lazySimple, input: stored.input, output: stored.output };
  }
  if (byName) return byName;
  const ofSerde = Object.values(storedAs).find(
    ({ library }) => rowFormat?.kind === "serde" && library === rowFormat.library,
  );
  return ofSerde ?? text;
}

/**
 * Drops a table. Its objects stay, since the table is external.
 * https://docs.aws.amazon.com/athena/latest/ug/drop-table.html
 */
export async function dropTable(
  { name, ifExists }: Extract<HiveStatement, { readonly kind: "DropTable" }>,
  { catalog, database: otherwise }: StatementContext,
): Promise<void> {
  const database = name.database ?? otherwise;
  await catalog.change((snapshot) => {
    const { state } = snapshot;
    const gone = dropped(snapshot, database, name);
    if (gone) return { state: gone, result: undefined };
    if (ifExists) return { state, result: undefined };
    throw semanticFailure(
      `[Error 10001]: Table not found ${name.table}: table ${database}.${name.table} does not exist`,
    );
  });
}

/**
 * The state without a table. Undefined when the table does not exist. A table that conflicts with a table of the stack
 * is removed too.
 */
function dropped(snapshot: Snapshot, database: string, name: HiveTableName): CatalogState | undefined {
  const key = tableKey(database, name.table);
  const inStack = snapshot.ofStack(database, name.table);
  try {
    const entry = snapshot.find(database, name.table);
    if (!entry) return undefined;
    if (isView(entry.table))
      throw semanticFailure(`Cannot drop a view with DROP TABLE: ${database}.${name.table} is a view`);
    return withRecord(snapshot.state, key, inStack ? { dropped: true, partitions: [] } : undefined);
  } catch (error) {
    if (error instanceof TrinoError && error.code === "TABLE_CONFLICT")
      return withRecord(snapshot.state, key, undefined);
    throw error;
  }
}
