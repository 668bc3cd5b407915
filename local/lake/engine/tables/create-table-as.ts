import { rm } from "node:fs/promises";
import type { GlueTable } from "@streaming-data-lake/terraform/types";
import { withRecord } from "../../catalog/catalog";
import { asFolder, partitionName } from "../../catalog/partition-names";
import { definitionText, type Snapshot, tableKey } from "../../catalog/snapshot";
import type { RegisteredPartition } from "../../catalog/state";
import { tableFolder } from "../../reading/objects";
import { checkLocation, type BucketNames as S3Buckets } from "../../statements/context";
import { checkTableName } from "../../statements/tables";
import type { BoundQuery } from "../../trino/bind/tree";
import type { CreateTableAsSelect } from "../../trino/parse/ast";
import { errorAt, TrinoError } from "../../trino/types/errors";
import { type Bucketing, bucketFunction } from "../../writing/buckets";
import { namedFormat, storageOf, type WriteFormat } from "../../writing/formats";
import { publishObjects, stage } from "../../writing/write";
import type { Destination } from "./insert";
import { checkEmpty, checkKeys, type NewColumn, newColumns } from "./new-objects";
import { type Allowed, readProperties, textProperty, textsProperty } from "./properties";

/** https://docs.aws.amazon.com/athena/latest/ug/create-table-as.html */
const allowed: Allowed = {
  table_type: "text",
  is_external: "boolean",
  location: "text",
  external_location: "text",
  format: "text",
  partitioned_by: "texts",
  bucketed_by: "texts",
  bucket_count: "number",
  write_compression: "text",
  parquet_compression: "text",
  orc_compression: "text",
  compression_level: "number",
  field_delimiter: "text",
};

/** The table that a CREATE TABLE AS statement creates. */
export interface NewTable {
  readonly database: string;
  readonly name: string;
  readonly columns: readonly NewColumn[];
  readonly keys: readonly string[];
  readonly buckets?: Bucketing;
  readonly format: WriteFormat;
  readonly location: string;
}

export interface CreateContext extends Destination {
  readonly snapshot: Snapshot;
  readonly database: string;
  readonly buckets?: S3Buckets;
  /** Location under which the workgroup's queries write when they do not name one. */
  readonly outputLocation: string;
  readonly executionId: string;
  readonly now: () => Date;
}

/** The database and name of the table or view that a statement creates or drops. */
export function targetOf(
  { parts }: CreateTableAsSelect["name"],
  database: string,
): { readonly database: string; readonly name: string } {
  const names = parts.map(({ value }) => value.toLowerCase());
  return { database: names.at(-2) ?? database, name: names.at(-1) ?? "" };
}

/**
 * Whether the table has to be created. False when it exists and the statement says IF NOT EXISTS.
 *
 * @throws TrinoError TABLE_ALREADY_EXISTS, SCHEMA_NOT_FOUND.
 */
export function isNew(
  statement: CreateTableAsSelect,
  { snapshot, database: otherwise }: CreateContext,
): boolean {
  const { database, name } = targetOf(statement.name, otherwise);
  if (!snapshot.hasDatabase(database))
    throw errorAt(statement, "SCHEMA_NOT_FOUND", `Schema '${database}' does not exist`);
  if (!snapshot.find(database, name)) return true;
  if (statement.ifNotExists) return false;
  throw errorAt(
    statement,
    "TABLE_ALREADY_EXISTS",
    `Destination table 'awsdatacatalog.${database}.${name}' already exists`,
  );
}

/** Describes the new table. Everything that can be checked before the query runs is checked here. */
export function newTable(
  statement: CreateTableAsSelect,
  query: BoundQuery,
  context: CreateContext,
): NewTable {
  const { database, name } = targetOf(statement.name, context.database);
  if (statement.orReplace)
    throw errorAt(statement, "NOT_SUPPORTED", "This connector does not support replacing tables");
  const properties = readProperties(statement.properties, allowed);
  if (textProperty(properties, "table_type")?.toUpperCase() === "ICEBERG")
    throw errorAt(statement, "NOT_SUPPORTED", "Iceberg tables are not supported here");
  checkTableName(name);
  const names = statement.columns?.map(({ value }) => value) ?? query.outputs.map((output) => output.name);
  if (names.length !== query.outputs.length)
    throw errorAt(
      statement,
      "MISMATCHED_COLUMN_ALIASES",
      `Column alias list has ${names.length} entries but relation has ${query.outputs.length} columns`,
    );
  const columns = newColumns(query.outputs, names, statement);
  const keys = textsProperty(properties, "partitioned_by").map((key) => key.toLowerCase());
  checkKeys(columns, keys);
  const buckets = bucketsOf(properties, columns, keys);
  const formatName = textProperty(properties, "format") ?? "PARQUET";
  const compression =
    textProperty(properties, "write_compression") ?? textProperty(properties, "parquet_compression");
  const delimiter = textProperty(properties, "field_delimiter");
  const format = namedFormat(formatName, {
    ...(compression !== undefined && { compression }),
    ...(delimiter !== undefined && { delimiter }),
  });
  const given = textProperty(properties, "external_location");
  if (given !== undefined) checkLocation(given, context);
  const location = asFolder(given ?? `${asFolder(context.outputLocation)}tables/${context.executionId}`);
  checkEmpty(location, context.lakeFolder, `table '${database}.${name}'`);
  return { database, name, columns, keys, ...(buckets && { buckets }), format, location };
}

function bucketsOf(
  properties: ReturnType<typeof readProperties>,
  columns: readonly NewColumn[],
  keys: readonly string[],
): Bucketing | undefined {
  const by = textsProperty(properties, "bucketed_by").map((name) => name.toLowerCase());
  const count = properties.get("bucket_count");
  const fail = (sentence: string) => {
    throw new TrinoError("INVALID_TABLE_PROPERTY", sentence);
  };
  if (by.length > 0 && !(typeof count === "number" && count > 0))
    fail("bucket_count must be greater than zero when bucketed_by is given");
  if (by.length === 0 && count !== undefined) fail("bucketed_by must be given when bucket_count is");
  const names = columns.map(({ name }) => name);
  const missing = by.filter((name) => !names.includes(name));
  if (missing.length > 0) fail(`Bucketing columns [${missing.join(", ")}] not present in schema`);
  if (by.some((name) => keys.includes(name))) fail("Bucketing columns can't be partition columns");
  if (typeof count !== "number") return undefined;
  const buckets = { by: by.map((name) => names.indexOf(name)), count };
  // Column types that Athena cannot bucket by are refused before any rows are read.
  bucketFunction(
    columns.filter((_, index) => buckets.by.includes(index)).map(({ type }) => type),
    count,
  );
  return buckets;
}

/**
 * Writes the rows, and then registers the table with its partitions. A process that is killed in between leaves objects
 * that belong to no table, as on Athena. When several statements create the same table or use the same location at
 * once, the first one succeeds and the others leave nothing behind.
 *
 * @param sql The query for the rows. Absent for a table that is created without rows.
 * @returns The number of rows.
 */
export async function createTableAs(
  made: NewTable,
  query: BoundQuery,
  sql: string | undefined,
  context: CreateContext,
): Promise<number> {
  const { connection, lakeFolder, executionId } = context;
  const staged =
    sql === undefined
      ? undefined
      : await stage(
          connection,
          {
            sql,
            outputs: query.outputs,
            columns: made.columns,
            keys: made.keys.length,
            ...(made.buckets && { buckets: made.buckets }),
            format: made.format,
            executionId,
          },
          lakeFolder,
        );
  try {
    await checkFree(made, context);
    const published: string[] = [];
    const partitions: RegisteredPartition[] = [];
    for (const { values, files } of staged?.partitions ?? []) {
      const location =
        made.keys.length === 0
          ? made.location
          : `${made.location}${partitionName({ partitionKeys: made.keys.map((name) => ({ name, type: "string" })) }, values)}/`;
      published.push(...(await publishObjects(files, tableFolder({ ...made, location }, lakeFolder))));
      if (made.keys.length > 0) partitions.push({ values, location });
    }
    try {
      await register(glueTableOf(made), partitions, context);
    } catch (error) {
      // These objects could otherwise lie among those of the existing table.
      for (const path of published) await rm(path, { force: true });
      throw error;
    }
    return staged?.rows ?? 0;
  } finally {
    await staged?.remove();
  }
}

/** Fails when another statement has created the table or used the location while the rows were written. */
async function checkFree(made: NewTable, { catalog, lakeFolder }: CreateContext): Promise<void> {
  const { database, name, location } = made;
  if ((await catalog.snapshot()).find(database, name)) throw alreadyMade(made);
  checkEmpty(location, lakeFolder, `table '${database}.${name}'`);
}

const alreadyMade = ({ database, name }: Pick<NewTable, "database" | "name">) =>
  new TrinoError(
    "TABLE_ALREADY_EXISTS",
    `Destination table 'awsdatacatalog.${database}.${name}' already exists: another statement has made it`,
  );

/** The definition of the new table. */
export function glueTableOf({
  database,
  name,
  columns,
  keys,
  buckets,
  format,
  location,
}: NewTable): GlueTable {
  const { library, input, output, serdeParameters } = storageOf(format);
  const glueColumns = columns.map((column) => ({ name: column.name, type: column.hiveType }));
  return {
    address: "",
    database,
    name,
    location,
    columns: glueColumns.slice(0, columns.length - keys.length),
    partitionKeys: glueColumns.slice(columns.length - keys.length),
    serializationLibrary: library,
    serdeParameters,
    parameters: {
      EXTERNAL: "TRUE",
      ...(format.kind === "parquet" && { "parquet.compression": format.compression.toUpperCase() }),
    },
    inputFormat: input,
    outputFormat: output,
    tableType: "EXTERNAL_TABLE",
    ...(buckets && {
      buckets: { columns: buckets.by.map((index) => columns[index]?.name ?? ""), count: buckets.count },
    }),
  };
}

async function register(
  table: GlueTable,
  partitions: readonly RegisteredPartition[],
  { catalog, now }: CreateContext,
): Promise<void> {
  const { database, name } = table;
  await catalog.change((snapshot) => {
    if (snapshot.find(database, name)) throw alreadyMade(table);
    const inStack = snapshot.ofStack(database, name);
    const record = {
      ...(inStack && { stackDefinition: definitionText(inStack) }),
      definition: table,
      partitions,
      createTime: Math.floor(now().getTime() / 1000),
    };
    return { state: withRecord(snapshot.state, tableKey(database, name), record), result: undefined };
  });
}
