import type { HiveStatement, HiveTableName } from "./ast";
import type { HiveCursor } from "./cursor";

const inDatabase = (cursor: HiveCursor): string | undefined =>
  cursor.accept("IN") || cursor.accept("FROM") ? cursor.name() : undefined;

function pattern(cursor: HiveCursor): string | undefined {
  const like = cursor.accept("LIKE");
  return like || cursor.token.type === "string" ? cursor.string() : undefined;
}

/** Parses the SHOW statements that exist only in Hive's grammar. Undefined for all other SHOW statements. */
export function parseShow(cursor: HiveCursor): HiveStatement | undefined {
  if (cursor.accept("DATABASES") || cursor.accept("SCHEMAS")) {
    const text = pattern(cursor);
    return { kind: "ShowDatabases", ...(text !== undefined && { pattern: text }) };
  }
  if (cursor.at("TABLES") || cursor.at("VIEWS")) {
    const kind = cursor.advance().text.toUpperCase() === "TABLES" ? "ShowTables" : "ShowViews";
    const database = inDatabase(cursor);
    const text = pattern(cursor);
    return {
      kind,
      ...(database !== undefined && { database }),
      ...(text !== undefined && { pattern: text }),
    };
  }
  if (cursor.accept("COLUMNS")) {
    if (!cursor.accept("IN")) cursor.expect("FROM");
    const name = cursor.tableName();
    const database = inDatabase(cursor);
    return { kind: "ShowColumns", name: database === undefined ? name : { ...name, database } };
  }
  if (cursor.accept("PARTITIONS")) {
    const name = cursor.tableName();
    return { kind: "ShowPartitions", name, ...(cursor.at("PARTITION") && { spec: cursor.partition() }) };
  }
  if (cursor.accept("TBLPROPERTIES")) {
    const name = cursor.tableName();
    if (!cursor.accept("(")) return { kind: "ShowProperties", name };
    const key = cursor.string();
    cursor.expect(")");
    return { kind: "ShowProperties", name, key };
  }
  if (cursor.accept("CREATE", "TABLE")) return { kind: "ShowCreateTable", name: cursor.tableName() };
  return undefined;
}

/** Parses `DESCRIBE [EXTENDED | FORMATTED] [db.]table [PARTITION spec] [column[.field …]]`. */
export function parseDescribe(cursor: HiveCursor): HiveStatement {
  const isMode = (word: string) =>
    cursor.at(word) && cursor.peek(1).type !== "end" && cursor.peek(1).text !== ";";
  const mode = isMode("EXTENDED") ? "extended" : isMode("FORMATTED") ? "formatted" : "plain";
  if (mode !== "plain") cursor.advance();
  // Athena documents DESCRIBE VIEW. Hive takes any other word here, even TABLE, as the table's name.
  if (isMode("VIEW")) cursor.advance();
  const table = cursor.at("TABLE") ? cursor.advance().text.toLowerCase() : undefined;
  const name: HiveTableName = table === undefined ? cursor.tableName() : { table };
  const partition = cursor.at("PARTITION") ? cursor.partition() : undefined;
  const column: string[] = [];
  if (cursor.accept(".") || cursor.isName()) {
    column.push(cursor.name());
    while (cursor.accept(".")) column.push(cursor.advance().text.toLowerCase());
  }
  return {
    kind: "Describe",
    name,
    mode,
    ...(partition && { partition }),
    ...(column.length > 0 && { column }),
  };
}
