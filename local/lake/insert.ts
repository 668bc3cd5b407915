import { randomUUID } from "node:crypto";
import { mkdir, readdir, rename, rm } from "node:fs/promises";
import { basename, dirname, join, relative } from "node:path";
import type { DuckDBConnection, DuckDBValue } from "@duckdb/node-api";
import type { GlueTable } from "@streaming-data-lake/terraform/types";
import { QueryError } from "./errors";
import { quoteName, quoteText } from "./hive-types";
import { listObjects, tableFolder } from "./partitions";
import { columnsOf, formatOf } from "./relation";

export interface InsertStatement {
  /** The table's name, without catalog and database. */
  readonly table: string;
  /** The list of columns with its parentheses, or nothing. */
  readonly columns: string;
  /** What is inserted: a SELECT, WITH … SELECT or VALUES. */
  readonly query: string;
}

const name = String.raw`(?:"(?:[^"]|"")+"|[\w$]+)`;
const insertStatement = new RegExp(
  String.raw`^(?:\s|--[^\n]*\n|/\*[\s\S]*?\*/)*INSERT\s+INTO\s+((?:${name}\.)*${name})\s*(\(\s*${name}(?:\s*,\s*${name})*\s*\))?\s*([\s\S]+)$`,
  "i",
);

/** The parts of an `INSERT INTO`; undefined for any other statement. */
export function parseInsert(sql: string): InsertStatement | undefined {
  const [, path, columns = "", query] = insertStatement.exec(sql) ?? [];
  if (!path || !query) return undefined;
  const table = new RegExp(`${name}$`).exec(path)?.[0] ?? path;
  return { table: table.replace(/^"|"$/g, "").toLowerCase(), columns, query };
}

/** https://docs.aws.amazon.com/athena/latest/ug/ctas-insert-into.html */
const maximumPartitions = 100;

/**
 * Runs an `INSERT INTO` as Athena does: new Parquet objects in the partitions that the rows name, none changed.
 * The objects appear whole, after all rows are written.
 *
 * @param executionId Begins the objects' names, as the query execution's id does on Athena.
 * @returns The number of rows.
 */
export async function insertInto(
  connection: DuckDBConnection,
  table: GlueTable,
  { columns, query }: InsertStatement,
  { lakeFolder, params, executionId }: { lakeFolder: string; params: DuckDBValue[]; executionId: string },
): Promise<number> {
  if (formatOf(table) !== "parquet")
    throw new QueryError(`table ${table.name}: INSERT INTO writes Parquet tables only`);
  const pending = "memory.main.pending_insert";
  const staging = join(lakeFolder, ".pending", randomUUID());
  const keys = table.partitionKeys.map((key) => quoteName(key.name));
  try {
    const definitions = columnsOf(table).map((column) => `${quoteName(column.name)} ${column.type}`);
    await connection.run(`CREATE OR REPLACE TABLE ${pending} (${definitions.join(", ")})`);
    const inserted = await connection.run(`INSERT INTO ${pending} ${columns} ${query}`, params);
    const rows = Number(inserted.rowsChanged);
    if (rows === 0) return 0;
    if (keys.length > 0) {
      const reader = await connection.runAndReadAll(
        `SELECT count(*) FROM (SELECT DISTINCT ${keys.join(", ")} FROM ${pending})`,
      );
      const partitions = Number(reader.getRowsJS()[0]?.[0]);
      if (partitions > maximumPartitions)
        throw new QueryError(
          `INSERT INTO writes at most ${maximumPartitions} partitions at once, as on Athena; these are ${partitions}`,
        );
    }
    await mkdir(staging, { recursive: true });
    const partitioning = keys.length > 0 ? `, PARTITION_BY (${keys.join(", ")})` : ", PER_THREAD_OUTPUT true";
    await connection.run(
      `COPY ${pending} TO ${quoteText(staging)} (FORMAT parquet, COMPRESSION snappy, FILENAME_PATTERN ${quoteText(`${executionId}_{uuid}`)}${partitioning}, OVERWRITE_OR_IGNORE true)`,
    );
    await moveInto(staging, tableFolder(table, lakeFolder));
    return rows;
  } finally {
    await connection.run(`DROP TABLE IF EXISTS ${pending}`);
    await rm(staging, { recursive: true, force: true });
  }
}

async function moveInto(staging: string, folder: string): Promise<void> {
  const names = (await readdir(staging, { recursive: true })).filter((file) => file.endsWith(".parquet"));
  for (const file of names) {
    const target = join(folder, relative(staging, join(staging, file)));
    await mkdir(dirname(target), { recursive: true });
    await rename(join(staging, file), target);
  }
}

/** Removes the objects of a table whose names begin with an execution id; says how many there were. */
export async function removeObjects(
  table: GlueTable,
  lakeFolder: string,
  executionId: string,
): Promise<number> {
  const folder = tableFolder(table, lakeFolder);
  const objects = await listObjects({ folder, values: {} });
  const written = objects.filter(({ path }) => basename(path).startsWith(`${executionId}_`));
  for (const { path } of written) await rm(path);
  return written.length;
}
