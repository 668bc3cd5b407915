import type { GlueColumn, GlueTable } from "@streaming-data-lake/terraform/types";
import { partitionName } from "../catalog/partition-names";
import { storedAs } from "../catalog/serdes";
import type { RegisteredPartition } from "../catalog/state";
import type { NamedTable } from "./context";

/** Hive pads table cells to 20 characters. */
const cell = (text: string) => text.padEnd(20);
const row = (...cells: readonly string[]) => cells.map(cell).join("\t");
const blank = "\t \t ";

const columnRow = ({ name, type, comment }: GlueColumn) => row(name, type, comment ?? "");

/** The output lines of DESCRIBE. */
export function describeText(table: GlueTable): string[] {
  const keys = table.partitionKeys.map(columnRow);
  const partitioning = [
    blank,
    `# Partition Information\t \t `,
    row("# col_name", "data_type", "comment"),
    blank,
    ...keys,
  ];
  return [...table.columns.map(columnRow), ...keys, ...(keys.length > 0 ? partitioning : [])];
}

const parametersOf = ({ table, createTime }: NamedTable): [string, string][] =>
  Object.entries({
    ...table.parameters,
    ...(createTime !== undefined && { transient_lastDdlTime: String(createTime) }),
  }).sort(([one], [other]) => (one < other ? -1 : 1));

/** The output lines of DESCRIBE FORMATTED. */
export function describeFormatted(named: NamedTable, partition: RegisteredPartition | undefined): string[] {
  const { table, createTime, database } = named;
  const keys = table.partitionKeys.map(columnRow);
  const head = row("# col_name", "data_type", "comment");
  const classes = classesOf(table);
  const created = createTime === undefined ? "UNKNOWN" : new Date(createTime * 1000).toUTCString();
  return [
    head,
    blank,
    ...table.columns.map(columnRow),
    ...(keys.length > 0 ? [blank, `# Partition Information\t \t `, head, blank, ...keys] : []),
    blank,
    `# Detailed ${partition ? "Partition" : "Table"} Information\t \t `,
    ...(partition ? [row("Partition Value:", `[${partition.values.join(", ")}]`, "")] : []),
    row("Database:", database, ""),
    ...(partition ? [row("Table:", named.name, "")] : [row("Owner:", "hadoop", "")]),
    row("CreateTime:", created, ""),
    row("LastAccessTime:", "UNKNOWN", ""),
    row("Protect Mode:", "None", ""),
    ...(partition ? [] : [row("Retention:", "0", "")]),
    row("Location:", partition?.location ?? table.location, ""),
    ...(partition
      ? [row("Partition Parameters:", "", "")]
      : [
          row("Table Type:", table.tableType ?? "EXTERNAL_TABLE", ""),
          "Table Parameters:\t \t ",
          ...parametersOf(named).map(([key, value]) => `\t${cell(key)}\t${cell(value)}`),
        ]),
    blank,
    "# Storage Information\t \t ",
    row("SerDe Library:", table.serializationLibrary, ""),
    row("InputFormat:", classes.input, ""),
    row("OutputFormat:", classes.output, ""),
    row("Compressed:", "No", ""),
    row("Num Buckets:", String(table.buckets?.count ?? -1), ""),
    row("Bucket Columns:", `[${bucketColumns(table)}]`, ""),
    row("Sort Columns:", "[]", ""),
    "Storage Desc Params:\t \t ",
    ...Object.entries(table.serdeParameters).map(([key, value]) => `\t${cell(key)}\t${cell(shown(value))}`),
  ];
}

/** The output lines of DESCRIBE EXTENDED. */
export function describeExtended(named: NamedTable, partition: RegisteredPartition | undefined): string[] {
  const { table, database, createTime = 0 } = named;
  const columns = [...table.columns, ...(partition ? [] : table.partitionKeys)]
    .map(({ name, type, comment }) => `FieldSchema(name:${name}, type:${type}, comment:${comment ?? "null"})`)
    .join(", ");
  const { input, output } = classesOf(table);
  const storage = `sd:StorageDescriptor(cols:[${columns}], location:${partition?.location ?? table.location}, inputFormat:${input}, outputFormat:${output}, compressed:false, numBuckets:${table.buckets?.count ?? -1}, serdeInfo:SerDeInfo(name:null, serializationLib:${table.serializationLibrary}, parameters:${braces(Object.entries(table.serdeParameters))}), bucketCols:[${bucketColumns(table)}], sortCols:[], parameters:{})`;
  const keys = table.partitionKeys.map(
    ({ name, type, comment }) => `FieldSchema(name:${name}, type:${type}, comment:${comment ?? "null"})`,
  );
  const detail = partition
    ? `Detailed Partition Information\tPartition(values:[${partition.values.join(", ")}], dbName:${database}, tableName:${named.name}, ${storage}, name:${partitionName(table, partition.values)})`
    : `Detailed Table Information\tTable(tableName:${named.name}, dbName:${database}, owner:hadoop, createTime:${createTime}, lastAccessTime:0, retention:0, ${storage}, partitionKeys:[${keys.join(", ")}], parameters:${braces(parametersOf(named))}, tableType:${table.tableType ?? "EXTERNAL_TABLE"})`;
  return [...describeText(table), blank, detail];
}

const bucketColumns = ({ buckets }: GlueTable) => (buckets?.columns ?? []).join(", ");

const braces = (entries: readonly (readonly [string, string])[]) =>
  `{${entries.map(([key, value]) => `${key}=${shown(value)}`).join(", ")}}`;

/** A value with its control characters made visible. */
const shown = (value: string) =>
  value.replace(/\p{Cc}/gu, (character) =>
    character === "\n"
      ? "\\n"
      : character === "\t"
        ? "\\t"
        : `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );

const classesOf = (table: GlueTable) => {
  const known = Object.values(storedAs).find(({ library }) => library === table.serializationLibrary);
  const text = storedAs.TEXTFILE;
  return {
    input: table.inputFormat ?? known?.input ?? text?.input ?? "",
    output: table.outputFormat ?? known?.output ?? text?.output ?? "",
  };
};

/** A string literal in Hive's grammar. */
const quoted = (text: string) => `'${shown(text.replace(/[\\']/g, "\\$&"))}'`;

const definition = ({ name, type, comment }: GlueColumn) =>
  `  \`${name}\` ${type}${comment ? ` COMMENT ${quoted(comment)}` : ""}`;

/** Joins lines with commas. Hive writes a blank after each comma. */
const listed = (lines: readonly string[], end: string): string[] =>
  lines.map((line, index) => (index < lines.length - 1 ? `${line}, ` : `${line}${end}`));

/** The output lines of SHOW CREATE TABLE: a statement that creates the same table. */
export function createTableText(named: NamedTable): string[] {
  const { table } = named;
  const { input, output } = classesOf(table);
  const serde = Object.entries(table.serdeParameters).map(
    ([key, value]) => `  ${quoted(key)}=${quoted(value)}`,
  );
  const { comment, EXTERNAL: _, ...parameters } = Object.fromEntries(parametersOf(named));
  const properties = Object.entries(parameters).map(([key, value]) => `  ${quoted(key)}=${quoted(value)}`);
  return [
    `CREATE EXTERNAL TABLE \`${named.name}\`(`,
    ...listed(table.columns.map(definition), ")"),
    ...(comment === undefined ? [] : [`COMMENT ${quoted(comment)}`]),
    ...(table.partitionKeys.length > 0
      ? ["PARTITIONED BY ( ", ...listed(table.partitionKeys.map(definition), ")")]
      : []),
    ...(table.buckets
      ? [
          "CLUSTERED BY ( ",
          ...listed(
            table.buckets.columns.map((name) => `  ${name}`),
            ") ",
          ),
          `INTO ${table.buckets.count} BUCKETS`,
        ]
      : []),
    "ROW FORMAT SERDE ",
    `  ${quoted(table.serializationLibrary)} `,
    ...(serde.length > 0 ? ["WITH SERDEPROPERTIES ( ", ...listed(serde, ") ")] : []),
    "STORED AS INPUTFORMAT ",
    `  ${quoted(input)} `,
    "OUTPUTFORMAT ",
    `  ${quoted(output)}`,
    "LOCATION",
    `  ${quoted(table.location)}`,
    ...(properties.length > 0 ? ["TBLPROPERTIES (", ...listed(properties, ")")] : []),
  ];
}
