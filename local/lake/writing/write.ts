import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { createWriteStream } from "node:fs";
import { mkdir, readdir, rename, rm } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { PassThrough, type Writable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { createGzip } from "node:zlib";
import type { DuckDBConnection } from "@duckdb/node-api";
import { escapeValue } from "../catalog/partition-names";
import { quoteName, quoteText } from "../quote";
import type { OutputColumn } from "../trino/bind/tree";
import { textOf } from "../trino/casts/text";
import { emittedColumn } from "../trino/emit/context";
import { failure } from "../trino/emit/failure";
import { decoder, type Plain } from "../trino/functions/javascript/values";
import {
  callJavaScript,
  type JavaScriptFunction,
  registerFunctions,
  sqlName,
} from "../trino/functions/registry";
import { TrinoError } from "../trino/types/errors";
import { formatType } from "../trino/types/format";
import type { Type } from "../trino/types/types";
import { type Bucketing, bucketFunction } from "./buckets";
import type { WriteFormat } from "./formats";
import { partitionText } from "./partition-text";
import { toPhysical } from "./physical";
import { stagingFolder } from "./staging";
import { jsonWriter, textWriter } from "./text";

/** https://docs.aws.amazon.com/athena/latest/ug/ctas-insert-into.html */
const maximumPartitions = 100;

/** Rows to be written. */
export interface Rows {
  /** DuckDB's SQL for the rows. `outputs` names its columns. */
  readonly sql: string;
  readonly outputs: readonly OutputColumn[];
  /** The columns of the objects, in the order of the outputs. The partition keys come last. */
  readonly columns: readonly { readonly name: string; readonly type: Type }[];
  readonly keys: number;
  /** How the rows are distributed to bucket objects. @default one object for each partition */
  readonly buckets?: Bucketing;
  readonly format: WriteFormat;
  /** Prefix of the objects' names, as the query execution's id is on Athena. */
  readonly executionId: string;
}

/** Complete objects in a staging folder, which no table reads. */
export interface Staged {
  readonly rows: number;
  /** The staged objects, by the values of their partitions. */
  readonly partitions: readonly { readonly values: readonly string[]; readonly files: readonly string[] }[];
  remove(): Promise<void>;
}

/**
 * Writes rows into new objects in a staging folder of the lake.
 *
 * @throws TrinoError HIVE_TOO_MANY_OPEN_PARTITIONS above 100 partitions.
 */
export async function stage(connection: DuckDBConnection, rows: Rows, lakeFolder: string): Promise<Staged> {
  const folder = await stagingFolder(lakeFolder);
  const remove = () => rm(folder, { recursive: true, force: true });
  try {
    const count =
      rows.format.kind === "parquet"
        ? await copyParquet(connection, rows, folder)
        : await writeLines(connection, rows, folder);
    if (rows.buckets) await nameBuckets(folder);
    const partitions = count === 0 ? [] : await stagedPartitions(folder, rows);
    if (partitions.length > maximumPartitions) throw tooMany(partitions.length);
    return { rows: count, partitions, remove };
  } catch (error) {
    await remove();
    throw error;
  }
}

const tooMany = (count: number) =>
  new TrinoError(
    "HIVE_TOO_MANY_OPEN_PARTITIONS",
    `Exceeded limit of ${maximumPartitions} open writers for partitions: these rows are of ${count}`,
  );

async function copyParquet(connection: DuckDBConnection, rows: Rows, folder: string): Promise<number> {
  const { sql, outputs, columns, keys, format, executionId } = rows;
  const items = outputs.map(({ id, type }, index) => {
    const { name, type: target } = columns[index] ?? { name: "", type };
    return `${toPhysical(fitted(emittedColumn(id), type, target), target)} AS ${quoteName(name)}`;
  });
  const keyNames = columns.slice(columns.length - keys).map(({ name }) => quoteName(name));
  if (rows.buckets) {
    items.push(`${bucketSql(connection, rows, rows.buckets)} AS ${quoteName(bucketKey)}`);
    keyNames.push(quoteName(bucketKey));
  }
  const layout = keyNames.length > 0 ? `PARTITION_BY (${keyNames.join(", ")})` : "PER_THREAD_OUTPUT true";
  const written = await connection.run(
    `COPY (SELECT ${items.join(", ")} FROM (${sql}) AS r) TO ${quoteText(folder)} (FORMAT parquet, COMPRESSION ${format.compression}, FILENAME_PATTERN ${quoteText(`${executionId}_{uuid}`)}, ${layout}, OVERWRITE_OR_IGNORE true)`,
  );
  return Number(written.rowsChanged);
}

/** The name of the folders that separate buckets in the staging folder. */
const bucketKey = "$bucket";

function bucketSql(
  connection: DuckDBConnection,
  { outputs, columns }: Rows,
  { by, count }: Bucketing,
): string {
  const fn = bucketFunction(
    by.map((index) => columns[index]?.type ?? { kind: "unknown" }),
    count,
  );
  const javascript = (used: JavaScriptFunction) => {
    registerFunctions(connection, [used]);
    return sqlName(used);
  };
  const values = by.map((index) => emittedColumn(outputs[index]?.id ?? 0));
  return callJavaScript({ javascript }, fn, values);
}

/** A string that fits its column: trailing blanks are cut, and anything else that is too long is an error. */
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

/** Writes one object of lines for each partition, and returns the number of rows. */
async function writeLines(connection: DuckDBConnection, rows: Rows, folder: string): Promise<number> {
  const { sql, outputs, columns, keys, executionId, format } = rows;
  const items = outputs.map(({ id, type }, index) =>
    fitted(emittedColumn(id), type, columns[index]?.type ?? type),
  );
  const decode = columns.map(({ type }) => decoder(type));
  const width = columns.length - keys;
  const line = lineWriter(columns.slice(0, width), format);
  const keyText = columns.slice(width).map(({ type }) => textOf(type));
  if (rows.buckets) items.push(bucketSql(connection, rows, rows.buckets));
  const names = columns.slice(0, width).map(({ name }) => name);
  const header = format.header ? `${names.join(format.separators[0])}\n` : "";
  const lines = new Lines(folder, { executionId, gzip: format.compression === "gzip", header });
  let count = 0;
  try {
    const result = await connection.stream(`SELECT ${items.join(", ")} FROM (${sql}) AS r`);
    for (
      let chunk = await result.fetchChunk();
      chunk && chunk.rowCount > 0;
      chunk = await result.fetchChunk()
    )
      for (const row of chunk.getRows()) {
        const values = row.slice(0, columns.length).map((value, index) => decode[index]?.(value) ?? null);
        const partition = values
          .slice(width, columns.length)
          .map(
            (value, index) =>
              `${columns[width + index]?.name}=${escapeValue(value === null ? "" : (keyText[index]?.(value) ?? ""))}`,
          )
          .join("/");
        const folder = rows.buckets ? `${partition}/${bucketKey}=${row[columns.length]}` : partition;
        await lines.write(folder, `${line(values)}\n`);
        count++;
      }
  } finally {
    await lines.end();
  }
  return count;
}

function lineWriter(columns: Rows["columns"], format: WriteFormat): (values: readonly Plain[]) => string {
  if (format.kind === "json") {
    const writers = columns.map(({ type }) => jsonWriter(type));
    const names = columns.map(({ name }) => JSON.stringify(name));
    // A NULL field is left out, as Hive's SerDe does.
    return (values) =>
      `{${writers.flatMap((write, index) => (values[index] === null ? [] : [`${names[index]}:${write(values[index] ?? null)}`])).join(",")}}`;
  }
  const writers = columns.map(({ type }) => textWriter(type, format));
  return (values) =>
    writers.map((write, index) => write(values[index] ?? null)).join(format.separators[0] ?? "\u0001");
}

/** The open objects of lines, one for each partition. */
class Lines {
  private readonly open = new Map<string, { readonly to: Writable; readonly done: Promise<void> }>();

  constructor(
    private readonly folder: string,
    private readonly objects: {
      readonly executionId: string;
      readonly gzip: boolean;
      /** Text at the start of each object. */
      readonly header: string;
    },
  ) {}

  async write(partition: string, text: string): Promise<void> {
    const { to, done } = this.open.get(partition) ?? (await this.begin(partition));
    if (to.destroyed) await done;
    if (!to.write(text) && !to.destroyed) await once(to, "drain");
  }

  private async begin(partition: string) {
    if (!partition.includes(bucketKey) && this.open.size >= maximumPartitions)
      throw tooMany(this.open.size + 1);
    const { executionId, gzip, header } = this.objects;
    const name = `${executionId}_${randomUUID()}${gzip ? ".gz" : ""}`;
    const path = join(this.folder, partition, name);
    await mkdir(dirname(path), { recursive: true });
    const file = createWriteStream(path);
    const to: Writable & NodeJS.ReadWriteStream = gzip ? createGzip() : new PassThrough();
    const done = pipeline(to, file);
    // A failure is reported with the next write, or at the end.
    done.catch(() => {});
    const one = { to, done };
    this.open.set(partition, one);
    if (header !== "") to.write(header);
    return one;
  }

  async end(): Promise<void> {
    for (const { to } of this.open.values()) to.end();
    await Promise.all([...this.open.values()].map(({ done }) => done));
  }
}

/**
 * Moves the objects of all buckets into their partition's folder. As in Hive, their names begin with the bucket's
 * number.
 */
async function nameBuckets(folder: string): Promise<void> {
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    const [, number] = /[/\\]\$bucket=(\d+)$/.exec(decoded(entry.parentPath)) ?? [];
    if (number === undefined || !entry.isFile()) continue;
    const name = `${number.padStart(6, "0")}_0_${entry.name}`;
    await rename(join(entry.parentPath, entry.name), join(dirname(entry.parentPath), name));
  }
}

/** The objects in a staging folder, grouped by the `key=value` folders of their partitions. */
async function stagedPartitions(folder: string, { columns, keys }: Rows): Promise<Staged["partitions"]> {
  const types = columns.slice(columns.length - keys).map(({ type }) => type);
  const byPartition = new Map<string, { values: string[]; files: string[] }>();
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const path = join(entry.parentPath, entry.name);
    const parts = path
      .slice(folder.length + 1)
      .split(/[/\\]/)
      .slice(0, keys);
    const values = types.map((type, index) => {
      const part = parts[index] ?? "";
      return partitionText(decoded(part.slice(part.indexOf("=") + 1)), type, part);
    });
    // Different folders of the same values, such as those of NULL and of an empty string, are one partition.
    const id = JSON.stringify(values);
    const known = byPartition.get(id) ?? { values, files: [] };
    known.files.push(path);
    byPartition.set(id, known);
  }
  return [...byPartition.values()];
}

/** The names of folders are percent-encoded. */
const decoded = (text: string): string => {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
};

/** Moves staged objects to a folder and returns their new paths. */
export async function publishObjects(files: readonly string[], folder: string): Promise<string[]> {
  await mkdir(folder, { recursive: true });
  const published: string[] = [];
  for (const file of files) {
    const path = join(folder, basename(file));
    await rename(file, path);
    published.push(path);
  }
  return published;
}
