import { rm, writeFile } from "node:fs/promises";
import { duckdbTypeOfHive } from "@streaming-data-lake/lake/hive-types";
import { quoteName, quoteText } from "@streaming-data-lake/lake/quote";
import type { GlueColumn, GlueTable, RecordConversion } from "@streaming-data-lake/terraform/types";
import { GrowingFile, syncFile } from "../files/write";
import type { SentRecord } from "../stream/deaggregate";
import type { FinishedObject, ObjectBuffer, Persist } from "./buffer";
import { recordConverter, SchemaMismatch } from "./convert";
import type { ConversionDatabase } from "./database";
import { FailedRecords } from "./error-log";
import { type JsonObject, MalformedJson } from "./json-documents";
import { Contents, type Delivered } from "./spool";

export interface ParquetBufferOptions {
  /** Path of the buffer's files, without extension. */
  readonly path: string;
  readonly persist: Persist;
  readonly table: GlueTable;
  readonly conversion: RecordConversion;
  readonly database: Pick<ConversionDatabase, "run">;
  readonly region: string;
  readonly accountId: string;
}

/**
 * Converts records to Parquet by the columns of a Glue table. Records that cannot be converted are described in an
 * error object, one JSON document per line.
 *
 * https://docs.aws.amazon.com/firehose/latest/dev/record-format-conversion.html
 */
export class ParquetBuffer implements ObjectBuffer {
  readonly contents = new Contents();
  private readonly rows: GrowingFile;
  private readonly errors: GrowingFile;
  private readonly convert: (text: string) => readonly JsonObject[];
  private readonly failures = new FailedRecords();
  private rejected = 0;
  private rowCount = 0;
  /** Length of the longest row in characters. Each character is at most three bytes. */
  private longest = 0;

  constructor(private readonly options: ParquetBufferOptions) {
    this.rows = new GrowingFile(`${options.path}.rows`);
    this.errors = new GrowingFile(`${options.path}.errors`);
    this.convert = recordConverter(options.table.columns, options.conversion);
  }

  async add(shardId: string, records: readonly Delivered[]): Promise<void> {
    const rows: string[] = [];
    const errors: ReturnType<ParquetBuffer["describe"]>[] = [];
    for (const { userRecords } of records)
      for (const record of userRecords) {
        try {
          for (const row of this.convert(record.data.toString("utf8"))) rows.push(`${JSON.stringify(row)}\n`);
        } catch (error) {
          errors.push(this.describe(record, error));
        }
      }
    const lines = errors.map((error) => `${JSON.stringify(error)}\n`);
    await this.options.persist(() => this.write(rows.join(""), lines.join("")));
    for (const delivered of records) this.contents.add(shardId, delivered);
    for (const { length } of rows) this.longest = Math.max(this.longest, length);
    this.rowCount += rows.length;
    this.rejected += errors.length;
    for (const { lastErrorCode, lastErrorMessage } of errors)
      this.failures.add(lastErrorCode, lastErrorMessage);
  }

  async finish(): Promise<readonly FinishedObject[]> {
    const objects: FinishedObject[] = [];
    if (this.rowCount > 0) {
      await this.rows.finish();
      const file = `${this.options.path}.parquet`;
      await this.writeParquet(file);
      objects.push({ file, kind: "parquet", records: this.contents.records - this.rejected });
    }
    if (this.rejected > 0) {
      await this.errors.finish();
      const { failures, rejected: records } = this;
      objects.push({ file: this.errors.path, kind: "error", records, failures });
    }
    return objects;
  }

  async close(): Promise<void> {
    await this.rows.close();
    await this.errors.close();
  }

  async discard(): Promise<void> {
    await this.close();
    await rm(this.rows.path, { force: true });
    await rm(this.errors.path, { force: true });
  }

  private async write(rows: string, errors: string): Promise<void> {
    const before = this.rows.bytes;
    try {
      if (rows) await this.rows.append(rows);
      if (errors) await this.errors.append(errors);
    } catch (error) {
      this.rows.cut(before);
      throw error;
    }
  }

  private async writeParquet(file: string): Promise<void> {
    const { database } = this.options;
    try {
      await database.run(copyStatement(this.rows.path, file, 4 * this.longest, this.options));
      await syncFile(file);
      const [row] = await database.run(`SELECT num_rows FROM parquet_file_metadata(${quoteText(file)})`);
      const written = Number(row?.[0]);
      if (written !== this.rowCount) throw new Error(`${file} holds ${written} of ${this.rowCount} rows`);
    } catch (error) {
      // The partial file is removed, because it would take the space that the next attempt needs.
      await rm(file, { force: true });
      throw error;
    }
  }

  /** https://docs.aws.amazon.com/firehose/latest/dev/record-format-conversion.html#record-format-conversion-error */
  private describe(record: SentRecord, error: unknown) {
    const { table, region, accountId } = this.options;
    return {
      attemptsMade: 1,
      arrivalTimestamp: Math.round(record.arrival),
      ...errorOf(error),
      attemptEndingTimestamp: Date.now(),
      rawData: record.data.toString("base64"),
      sequenceNumber: record.sequenceNumber,
      subSequenceNumber: record.subSequenceNumber,
      dataCatalogTable: {
        catalogId: accountId,
        databaseName: table.database,
        tableName: table.name,
        region,
        versionId: "LATEST",
        catalogArn: null,
      },
    };
  }
}

/**
 * Tries a conversion without any records. What fails here would fail for every object.
 *
 * @throws Error that says what is wrong with the table.
 */
export async function checkConversion(
  options: Pick<ParquetBufferOptions, "path" | "table" | "conversion" | "database">,
): Promise<void> {
  const from = `${options.path}.check`;
  const to = `${options.path}.parquet`;
  await writeFile(from, "");
  try {
    await options.database.run(copyStatement(from, to, 0, options));
  } finally {
    await rm(from, { force: true });
    await rm(to, { force: true });
  }
}

function errorOf(error: unknown) {
  if (error instanceof MalformedJson)
    return { lastErrorCode: "DataFormatConversion.ParseError", lastErrorMessage: error.message };
  if (error instanceof SchemaMismatch)
    return { lastErrorCode: "DataFormatConversion.MalformedData", lastErrorMessage: error.message };
  throw error;
}

function copyStatement(
  from: string,
  to: string,
  longest: number,
  { table, conversion }: Pick<ParquetBufferOptions, "table" | "conversion">,
): string {
  const compression = conversion.compression.toLowerCase();
  return `COPY (${rowsSource(from, longest, table)}) TO ${quoteText(to)} (FORMAT parquet, COMPRESSION ${compression})`;
}

/**
 * SQL that reads the rows of a table from a file of JSON lines.
 *
 * @param longest Length of the longest line in bytes.
 */
export function rowsSource(from: string, longest: number, { columns }: Pick<GlueTable, "columns">): string {
  const types = columns.map((column) => `${quoteText(column.name)}: ${quoteText(jsonType(column))}`);
  // A row must fit into one of DuckDB's buffers. Each thread has buffers of twice this size.
  const size = Math.max(longest, 1024 * 1024);
  return `SELECT ${columns.map(select).join(", ")} FROM read_json(${quoteText(from)}, format = 'newline_delimited', maximum_object_size = ${size}, columns = {${types.join(", ")}})`;
}

/** The type as which a column is read from JSON. Binary values are read as text, which `select` converts to bytes. */
function jsonType({ type }: GlueColumn): string {
  return isBinary(type) ? "VARCHAR" : duckdbTypeOfHive(type);
}

function select({ name, type }: GlueColumn): string {
  return isBinary(type) ? `encode(${quoteName(name)}) AS ${quoteName(name)}` : quoteName(name);
}

function isBinary(type: string): boolean {
  return type.trim().toLowerCase() === "binary";
}
