import type { CreateHiveTable, HiveStatement, Properties, RowFormat, StoredAs } from "./ast";
import type { HiveCursor } from "./cursor";
import { parseFailure } from "./errors";
import { parseColumn } from "./types";

const ifNotExists = (cursor: HiveCursor) => cursor.accept("IF", "NOT", "EXISTS");

/** https://docs.aws.amazon.com/athena/latest/ug/create-database.html */
export function parseCreateDatabase(cursor: HiveCursor): HiveStatement {
  const exists = ifNotExists(cursor);
  const name = cursor.name();
  const comment = cursor.accept("COMMENT") ? cursor.string() : undefined;
  const location = cursor.accept("LOCATION") ? cursor.string() : undefined;
  const properties = cursor.accept("WITH", "DBPROPERTIES") ? cursor.properties() : {};
  return {
    kind: "CreateDatabase",
    name,
    ifNotExists: exists,
    ...(comment !== undefined && { comment }),
    ...(location !== undefined && { location }),
    properties,
  };
}

/** https://docs.aws.amazon.com/athena/latest/ug/create-table.html */
export function parseCreateTable(cursor: HiveCursor): CreateHiveTable {
  const exists = ifNotExists(cursor);
  const name = cursor.tableName();
  const columns = cursor.at("(") ? cursor.list(() => parseColumn(cursor)) : [];
  const comment = cursor.accept("COMMENT") ? cursor.string() : undefined;
  const partitionKeys = cursor.accept("PARTITIONED", "BY") ? cursor.list(() => parseColumn(cursor)) : [];
  const buckets = cursor.accept("CLUSTERED", "BY") ? bucketing(cursor) : undefined;
  let rowFormat = cursor.accept("ROW", "FORMAT") ? rowFormatOf(cursor) : undefined;
  const storedAs = cursor.accept("STORED", "AS") ? storedAsOf(cursor) : undefined;
  if (cursor.at("WITH", "SERDEPROPERTIES")) {
    if (rowFormat?.kind !== "serde") cursor.mismatch("'LOCATION'", "'TBLPROPERTIES'", "<EOF>");
    rowFormat = { ...rowFormat, properties: { ...rowFormat.properties, ...serdeProperties(cursor) } };
  }
  const location = cursor.accept("LOCATION") ? cursor.string() : undefined;
  const properties = cursor.accept("TBLPROPERTIES") ? cursor.properties() : {};
  return {
    kind: "CreateTable",
    name,
    ifNotExists: exists,
    columns,
    ...(comment !== undefined && { comment }),
    partitionKeys,
    ...(buckets && { buckets }),
    ...(rowFormat && { rowFormat }),
    ...(storedAs && { storedAs }),
    ...(location !== undefined && { location }),
    properties,
  };
}

function bucketing(cursor: HiveCursor) {
  const columns = cursor.list(() => cursor.name());
  cursor.expect("INTO");
  const count = Number(cursor.constant());
  cursor.expect("BUCKETS");
  return { columns, count };
}

function rowFormatOf(cursor: HiveCursor): RowFormat {
  if (cursor.accept("SERDE"))
    return { kind: "serde", library: cursor.string(), properties: serdeProperties(cursor) };
  cursor.expect("DELIMITED");
  return { kind: "delimited", properties: delimiters(cursor) };
}

const serdeProperties = (cursor: HiveCursor): Properties =>
  cursor.accept("WITH", "SERDEPROPERTIES") ? cursor.properties() : {};

function delimiters(cursor: HiveCursor): Properties {
  const properties: Record<string, string> = {};
  if (cursor.accept("FIELDS", "TERMINATED", "BY")) {
    const delimiter = cursor.string();
    properties["field.delim"] = delimiter;
    properties["serialization.format"] = delimiter;
    if (cursor.accept("ESCAPED", "BY")) properties["escape.delim"] = cursor.string();
  }
  if (cursor.accept("COLLECTION", "ITEMS", "TERMINATED", "BY"))
    properties["collection.delim"] = cursor.string();
  if (cursor.accept("MAP", "KEYS", "TERMINATED", "BY")) properties["mapkey.delim"] = cursor.string();
  if (cursor.accept("LINES", "TERMINATED", "BY")) {
    const { token } = cursor;
    const delimiter = cursor.string();
    if (delimiter !== "\n")
      throw parseFailure(token, "LINES TERMINATED BY only supports newline '\\n' right now");
    properties["line.delim"] = delimiter;
  }
  if (cursor.accept("NULL", "DEFINED", "AS")) properties["serialization.null.format"] = cursor.string();
  return properties;
}

function storedAsOf(cursor: HiveCursor): StoredAs {
  if (cursor.accept("INPUTFORMAT")) {
    const input = cursor.string();
    cursor.expect("OUTPUTFORMAT");
    return { kind: "classes", input, output: cursor.string() };
  }
  if (cursor.token.type !== "word") cursor.mismatch("<format>");
  const { token } = cursor;
  const name = cursor.advance().text.toUpperCase();
  if (!formats.has(name))
    throw parseFailure(token, `Unrecognized file format in STORED AS clause: '${token.text}'`);
  return { kind: "format", name };
}

const formats = new Set(["SEQUENCEFILE", "TEXTFILE", "RCFILE", "ORC", "PARQUET", "AVRO", "ION", "JSONFILE"]);
