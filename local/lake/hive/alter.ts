import type { AlterTable, HiveStatement, PartitionConditions } from "./ast";
import type { HiveCursor } from "./cursor";
import { notSupported } from "./refused";
import { columnType, parseColumn } from "./types";

export function parseAlterDatabase(cursor: HiveCursor): HiveStatement {
  const name = cursor.name();
  cursor.expect("SET", "DBPROPERTIES");
  return { kind: "AlterDatabase", name, properties: cursor.properties() };
}

/** https://docs.aws.amazon.com/athena/latest/ug/ddl-reference.html */
export function parseAlterTable(cursor: HiveCursor): AlterTable {
  const start = cursor.token;
  const name = cursor.tableName();
  const base = { kind: "AlterTable", name } as const;
  if (cursor.accept("ADD")) {
    if (cursor.accept("COLUMNS"))
      return { ...base, action: "add columns", columns: cursor.list(() => parseColumn(cursor)) };
    if (cursor.at("COLUMN"))
      throw notSupported(start, "ALTER TABLE ADD COLUMN", "columns are added by ADD COLUMNS (name type)");
    const ifNotExists = cursor.accept("IF", "NOT", "EXISTS");
    if (!cursor.at("PARTITION")) cursor.mismatch("'COLUMNS'", "'IF'", "'PARTITION'");
    const partitions = [];
    do {
      const spec = cursor.partition();
      partitions.push(cursor.accept("LOCATION") ? { spec, location: cursor.string() } : { spec });
      cursor.accept(",");
    } while (cursor.at("PARTITION"));
    return { ...base, action: "add partitions", ifNotExists, partitions };
  }
  if (cursor.accept("DROP")) {
    if (cursor.at("COLUMN") || cursor.at("COLUMNS"))
      throw notSupported(start, "ALTER TABLE DROP COLUMN", "REPLACE COLUMNS keeps the columns that it names");
    const ifExists = cursor.accept("IF", "EXISTS");
    const filters = [partitionFilter(cursor)];
    while (cursor.accept(",")) filters.push(partitionFilter(cursor));
    return { ...base, action: "drop partitions", ifExists, filters };
  }
  if (cursor.at("PARTITION")) {
    const from = cursor.partition();
    if (cursor.accept("SET", "LOCATION"))
      return { ...base, action: "set location", location: cursor.string(), partition: from };
    if (cursor.at("ADD") || cursor.at("REPLACE") || cursor.at("CHANGE"))
      throw notSupported(start, "a change of one partition's columns", "change the columns of the table");
    cursor.expect("RENAME", "TO");
    return { ...base, action: "rename partition", from, to: cursor.partition() };
  }
  if (cursor.accept("REPLACE", "COLUMNS"))
    return { ...base, action: "replace columns", columns: cursor.list(() => parseColumn(cursor)) };
  if (cursor.accept("CHANGE")) return changeColumn(cursor, base);
  if (cursor.accept("SET")) {
    if (cursor.accept("LOCATION")) return { ...base, action: "set location", location: cursor.string() };
    if (cursor.accept("TBLPROPERTIES"))
      return { ...base, action: "set properties", properties: cursor.properties() };
    cursor.mismatch("'LOCATION'", "'TBLPROPERTIES'");
  }
  if (cursor.at("RENAME"))
    throw notSupported(
      start,
      "ALTER TABLE RENAME TO",
      "create a table of the new name over the same location",
    );
  return cursor.mismatch("'ADD'", "'CHANGE'", "'DROP'", "'PARTITION'", "'REPLACE'", "'SET'");
}

function changeColumn(cursor: HiveCursor, base: Pick<AlterTable, "kind" | "name">): AlterTable {
  cursor.accept("COLUMN");
  const from = cursor.name();
  const name = cursor.name();
  const type = columnType(cursor);
  const comment = cursor.accept("COMMENT") ? cursor.string() : undefined;
  const to = { name, type, ...(comment !== undefined && { comment }) };
  const place = cursor.accept("FIRST")
    ? "first"
    : cursor.accept("AFTER")
      ? { after: cursor.name() }
      : undefined;
  return { ...base, action: "change column", from, to, ...(place !== undefined && { place }) };
}

const operators = ["=", "<>", "!=", "<=", ">=", "<", ">"] as const;

function partitionFilter(cursor: HiveCursor): PartitionConditions {
  cursor.expect("PARTITION");
  return cursor.list(() => {
    const key = cursor.name();
    const operator = operators.find((one) => cursor.accept(one)) ?? cursor.mismatch("'='");
    return { key, operator: operator === "!=" ? "<>" : operator, value: cursor.constant() };
  });
}
