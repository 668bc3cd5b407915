import type { StackReader } from "../reader";
import type { Settings } from "../settings";
import type { GlueColumn, GlueDatabase, GluePartition, GlueTable, NamedQuery, Schedule } from "../types";
import { isObject, toText } from "../values";

/**
 * https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/glue_catalog_database
 * https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/athena_database
 */
export function readDatabases(reader: StackReader): GlueDatabase[] {
  const resources = [
    ...reader.blocksOf("aws_glue_catalog_database"),
    ...reader.blocksOf("aws_athena_database"),
  ];
  return reader.each(resources, (database) => ({
    address: database.address,
    name: database.required("name"),
    ...given("description", database.text("description") ?? database.text("comment")),
    ...given("location", database.text("location_uri")),
    parameters: { ...database.map("parameters"), ...database.map("properties") },
  }));
}

/** https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/glue_catalog_table */
export function readTables(reader: StackReader): GlueTable[] {
  const partitions = readPartitions(reader);
  return reader.each(reader.blocksOf("aws_glue_catalog_table"), (table) => {
    const storage = table.block("storage_descriptor");
    const serde = storage?.block("ser_de_info");
    const database = table.required("database_name");
    const name = table.required("name");
    const registered = partitions.get(tableKey(database, name));
    return {
      address: table.address,
      database,
      name,
      location: storage?.text("location") ?? "",
      columns: columns(storage?.blocks("columns") ?? []),
      partitionKeys: columns(table.blocks("partition_keys")),
      serializationLibrary: serde?.text("serialization_library") ?? "",
      serdeParameters: serde?.map("parameters") ?? {},
      parameters: table.map("parameters"),
      ...given("inputFormat", storage?.text("input_format")),
      ...given("outputFormat", storage?.text("output_format")),
      ...given("tableType", table.text("table_type")),
      ...given("viewText", table.text("view_original_text")),
      ...bucketing(storage),
      ...(registered && { partitions: registered }),
    };
  });
}

function bucketing(storage: Settings | undefined): Pick<GlueTable, "buckets"> {
  const count = storage?.number("number_of_buckets", 0) ?? 0;
  const columns = storage?.list("bucket_columns").map(toText) ?? [];
  return count > 0 && columns.length > 0 ? { buckets: { columns, count } } : {};
}

const tableKey = (database: string, table: string) => `${database}.${table}`.toLowerCase();

/**
 * The partitions of each table.
 * https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/glue_partition
 */
function readPartitions(reader: StackReader): ReadonlyMap<string, readonly GluePartition[]> {
  const byTable = new Map<string, GluePartition[]>();
  for (const [key, partition] of reader.each(reader.blocksOf("aws_glue_partition"), (resource) => {
    const location = resource.block("storage_descriptor")?.text("location");
    const partition = {
      values: resource.list("partition_values").map(toText),
      ...given("location", location),
    };
    return [
      tableKey(resource.required("database_name"), resource.required("table_name")),
      partition,
    ] as const;
  }))
    byTable.set(key, [...(byTable.get(key) ?? []), partition]);
  return byTable;
}

const given = (name: string, value: string | Date | undefined) =>
  value === undefined ? {} : { [name]: value };

function columns(blocks: readonly Settings[]): GlueColumn[] {
  return blocks.map((column) => ({
    name: column.required("name"),
    type: column.text("type") ?? "string",
    comment: column.text("comment"),
  }));
}

function queries(reader: StackReader, type: string, statement: string): NamedQuery[] {
  return reader.each(reader.blocksOf(type), (query) => ({
    address: query.address,
    name: query.required("name"),
    description: query.text("description") ?? "",
    database: query.text("database"),
    workgroup: query.text("workgroup"),
    sql: query.required(statement),
  }));
}

/** https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/athena_named_query */
export const readNamedQueries = (reader: StackReader) => queries(reader, "aws_athena_named_query", "query");

/** https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/athena_prepared_statement */
export const readPreparedStatements = (reader: StackReader) =>
  queries(reader, "aws_athena_prepared_statement", "query_statement");

/** Schedules whose target is Athena's StartQueryExecution: https://docs.aws.amazon.com/scheduler/latest/UserGuide/managing-targets-universal.html */
export function readSchedules(reader: StackReader): Schedule[] {
  return reader.each(reader.blocksOf("aws_scheduler_schedule"), (schedule) => {
    checkRate(schedule);
    const target = schedule.block("target");
    const input = parseInput(target);
    if (!/:athena:startQueryExecution$/i.test(target?.text("arn") ?? "") || !input) {
      reader.skip(schedule.address, "its target is not an Athena query, so it is not run");
      return undefined;
    }
    const context = isObject(input.QueryExecutionContext) ? input.QueryExecutionContext : {};
    return {
      address: schedule.address,
      name: schedule.required("name"),
      expression: schedule.required("schedule_expression"),
      timeZone: schedule.text("schedule_expression_timezone") ?? "UTC",
      enabled: schedule.text("state") !== "DISABLED",
      ...given("startsAt", time(schedule, "start_date")),
      ...given("endsAt", time(schedule, "end_date")),
      sql: typeof input.QueryString === "string" ? input.QueryString : "",
      database: typeof context.Database === "string" ? context.Database : undefined,
      workgroup: typeof input.WorkGroup === "string" ? input.WorkGroup : undefined,
      group: schedule.knownText("group_name"),
      roleArn: target?.knownText("role_arn"),
      deadLetterArn: target?.block("dead_letter_config")?.knownText("arn"),
    };
  });
}

/** https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html#rate-based */
function checkRate(schedule: Settings): void {
  const expression = schedule.text("schedule_expression") ?? "";
  if (expression.startsWith("rate(") && !/^rate\([1-9]\d* (?:minute|hour|day)s?\)$/.test(expression))
    throw schedule.error(
      "schedule_expression",
      `must be a rate such as rate(5 minutes), of minutes, hours or days, not ${expression}`,
    );
}

function time(schedule: Settings, name: string): Date | undefined {
  const text = schedule.text(name);
  if (text === undefined) return undefined;
  const value = new Date(text);
  if (Number.isNaN(value.getTime()))
    throw schedule.error(name, "must be a time such as 2024-01-15T10:15:00Z");
  return value;
}

function parseInput(target: Settings | undefined): Readonly<Record<string, unknown>> | undefined {
  const text = target?.text("input");
  if (!target || !text) return undefined;
  try {
    const input: unknown = JSON.parse(text);
    return isObject(input) ? input : undefined;
  } catch {
    throw target.error("input", "must be JSON");
  }
}
