import { parseAlterDatabase, parseAlterTable } from "./alter";
import type { CreateHiveTable, HiveStatement } from "./ast";
import { parseCreateDatabase, parseCreateTable } from "./create";
import { HiveCursor } from "./cursor";
import { semanticFailure } from "./errors";
import type { HiveToken } from "./lexer";
import { notSupported } from "./refused";
import { parseDescribe, parseShow } from "./show";

/** Matches the beginnings of statements that Athena parses with Hive's grammar. */
const begins =
  /^(?:\s|--[^\n]*(?:\n|$)|\/\*[\s\S]*?\*\/)*(?:ALTER|CREATE\s+(?:DATABASE|SCHEMA|EXTERNAL|TABLE)|DESC|DESCRIBE|DROP\s+(?:DATABASE|SCHEMA|TABLE)|MSCK|SHOW)\b/i;

/**
 * Parses a statement of Athena's DDL.
 *
 * @returns Undefined for a statement that does not belong to Hive's grammar, such as SELECT or CREATE TABLE AS.
 * @throws TrinoError when the statement is not valid in Hive's grammar.
 * @see https://docs.aws.amazon.com/athena/latest/ug/ddl-reference.html
 */
export function parseHive(sql: string): HiveStatement | undefined {
  if (!begins.test(sql)) return undefined;
  const cursor = new HiveCursor(sql);
  const statement = read(cursor);
  if (statement) cursor.end();
  return statement;
}

/**
 * Refuses a CREATE TABLE of Hive's grammar without EXTERNAL, which Athena allows only for Iceberg tables. CREATE TABLE
 * AS belongs to Trino's grammar.
 */
function refuseWithoutExternal(cursor: HiveCursor, start: HiveToken): void {
  let table: CreateHiveTable;
  try {
    table = parseCreateTable(cursor);
    cursor.end();
  } catch {
    return;
  }
  if (table.properties.table_type?.toUpperCase() === "ICEBERG")
    throw notSupported(start, "an Iceberg table", "CREATE EXTERNAL TABLE … makes a table of Hive's here");
  throw semanticFailure(
    "CREATE TABLE without the keyword EXTERNAL is for Iceberg tables only",
    "CREATE EXTERNAL TABLE … LOCATION 's3://…', or CREATE TABLE … AS SELECT",
  );
}

function read(cursor: HiveCursor): HiveStatement | undefined {
  const start = cursor.token;
  if (cursor.accept("CREATE")) {
    if (cursor.accept("DATABASE") || cursor.accept("SCHEMA")) return parseCreateDatabase(cursor);
    if (cursor.accept("EXTERNAL")) {
      cursor.expect("TABLE");
      return parseCreateTable(cursor);
    }
    if (cursor.accept("TABLE")) refuseWithoutExternal(cursor, start);
    return undefined;
  }
  if (cursor.accept("ALTER")) {
    if (cursor.accept("DATABASE") || cursor.accept("SCHEMA")) return parseAlterDatabase(cursor);
    if (cursor.accept("TABLE")) return parseAlterTable(cursor);
    if (cursor.at("VIEW")) throw notSupported(start, "ALTER VIEW", "CREATE OR REPLACE VIEW changes a view");
    return undefined;
  }
  if (cursor.accept("DROP")) {
    const object = cursor.advance().text.toUpperCase();
    const ifExists = cursor.accept("IF", "EXISTS");
    if (object === "TABLE") {
      const name = cursor.tableName();
      cursor.accept("PURGE");
      return { kind: "DropTable", name, ifExists };
    }
    const name = cursor.name();
    const cascade = cursor.accept("CASCADE");
    if (!cascade) cursor.accept("RESTRICT");
    return { kind: "DropDatabase", name, ifExists, cascade };
  }
  if (cursor.accept("MSCK")) {
    cursor.expect("REPAIR", "TABLE");
    return { kind: "Repair", name: cursor.tableName() };
  }
  if (cursor.accept("SHOW")) return parseShow(cursor);
  cursor.advance();
  if (cursor.at("INPUT") || cursor.at("OUTPUT")) return undefined;
  return parseDescribe(cursor);
}
