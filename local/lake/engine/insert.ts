import { randomUUID } from "node:crypto";
import { mkdir, readdir, rename, rm } from "node:fs/promises";
import { basename, dirname, join, relative } from "node:path";
import type { DuckDBConnection } from "@duckdb/node-api";
import type { GlueTable } from "@streaming-data-lake/terraform/types";
import { listObjects, tableFolder } from "../partitions";
import { formatOf } from "../relation";
import type { Output } from "../trino/bind/tree";
import { columnName } from "../trino/emit/context";
import { failure } from "../trino/emit/failure";
import { TrinoError } from "../trino/types/errors";
import { formatType } from "../trino/types/format";
import { quoteName, quoteText } from "../trino/types/quote";
import type { Type } from "../trino/types/types";
import { toPhysical } from "./physical";

/** https://docs.aws.amazon.com/athena/latest/ug/ctas-insert-into.html */
const maximumPartitions = 100;

export interface Insertion {
  readonly table: GlueTable;
  /** DuckDB SQL of the rows, with the columns that `outputs` names. */
  readonly sql: string;
  readonly outputs: readonly Output[];
  /** The types of the table's columns, in their order. */
  readonly types: readonly Type[];
  /** Begins the objects' names, as the query execution's id does on Athena. */
  readonly executionId: string;
}

/**
 * Writes rows as Athena's INSERT INTO does: new Parquet objects in the partitions that the rows name, none changed. The
 * objects appear whole, after all rows are written.
 *
 * @returns The number of rows.
 * @throws TrinoError NOT_SUPPORTED for a table that isn't Parquet, HIVE_TOO_MANY_OPEN_PARTITIONS above 100 partitions.
 */
export async function insertInto(
  connection: DuckDBConnection,
  { table, sql, outputs, types, executionId }: Insertion,
  lakeFolder: string,
): Promise<number> {
  if (formatOf(table) !== "parquet")
    throw new TrinoError("NOT_SUPPORTED", `table ${table.name}: INSERT INTO writes Parquet tables only`);
  const staging = join(lakeFolder, ".pending", randomUUID());
  const columns = outputs.map(({ id, name = "", type }, index) => {
    const target = types[index] ?? type;
    return `${toPhysical(fitted(columnName(id), type, target), target)} AS ${quoteName(name)}`;
  });
  const keys = table.partitionKeys.map(({ name }) => quoteName(name.toLowerCase()));
  const layout = keys.length > 0 ? `PARTITION_BY (${keys.join(", ")})` : "PER_THREAD_OUTPUT true";
  try {
    await mkdir(staging, { recursive: true });
    const written = await connection.run(
      `COPY (SELECT ${columns.join(", ")} FROM (${sql}) AS r) TO ${quoteText(staging)} (FORMAT parquet, COMPRESSION snappy, FILENAME_PATTERN ${quoteText(`${executionId}_{uuid}`)}, ${layout}, OVERWRITE_OR_IGNORE true)`,
    );
    const rows = Number(written.rowsChanged);
    if (rows > 0) await publish(staging, tableFolder(table, lakeFolder));
    return rows;
  } finally {
    await rm(staging, { recursive: true, force: true });
  }
}

/** A text that fits its column: blanks at its end are cut, anything else is an error. */
function fitted(sql: string, from: Type, to: Type): string {
  const areTexts =
    (from.kind === "varchar" || from.kind === "char") && (to.kind === "varchar" || to.kind === "char");
  if (!areTexts || to.length === undefined) return sql;
  if (from.length !== undefined && from.length <= to.length) return sql;
  const tooLong = failure(
    "VARCHAR",
    "INVALID_CAST_ARGUMENT",
    `Cannot truncate non-space characters when casting from ${formatType(from)} to ${formatType(to)} on INSERT`,
  );
  return `CASE WHEN length(rtrim(${sql}, ' ')) > ${to.length} THEN ${tooLong} ELSE left(${sql}, ${to.length}) END`;
}

/** Moves the objects to where the table's lie. */
async function publish(staging: string, folder: string): Promise<void> {
  const names = (await readdir(staging, { recursive: true })).filter((file) => file.endsWith(".parquet"));
  const partitions = new Set(names.map((file) => dirname(file)));
  if (partitions.size > maximumPartitions)
    throw new TrinoError(
      "HIVE_TOO_MANY_OPEN_PARTITIONS",
      `Exceeded limit of ${maximumPartitions} open writers for partitions: these rows are of ${partitions.size}`,
    );
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
