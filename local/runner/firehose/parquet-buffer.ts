import { rm } from "node:fs/promises";
import type { DuckDBConnection } from "@duckdb/node-api";
import { duckdbType, quoteName, quoteText } from "@streaming-data-lake/lake/hive-types";
import type { GlueColumn, GlueTable, RecordConversion } from "@streaming-data-lake/terraform/types";
import type { UserRecord } from "../stream/deaggregate";
import type { FinishedObject, ObjectBuffer } from "./buffer";
import { rowConverter, SchemaMismatch } from "./convert";
import { type JsonObject, MalformedJson, parseDocuments } from "./json-documents";
import { Contents, type Delivered, SpoolFile } from "./spool";

export interface ParquetBufferOptions {
  /** Path of its files, without extension. */
  readonly path: string;
  readonly table: GlueTable;
  readonly conversion: RecordConversion;
  readonly connection: DuckDBConnection;
  readonly region: string;
  readonly accountId: string;
}

/**
 * Records converted to Parquet by the columns of a Glue table; those that can't be are described one JSON a line.
 *
 * https://docs.aws.amazon.com/firehose/latest/dev/record-format-conversion.html
 */
export class ParquetBuffer implements ObjectBuffer {
  readonly contents = new Contents();
  private readonly rows: SpoolFile;
  private readonly errors: SpoolFile;
  private readonly convert: (document: JsonObject) => JsonObject;
  private rejected = 0;
  /** Characters of the longest row; each is at most three bytes. */
  private longest = 0;

  constructor(private readonly options: ParquetBufferOptions) {
    this.rows = new SpoolFile(`${options.path}.rows`);
    this.errors = new SpoolFile(`${options.path}.errors`);
    this.convert = rowConverter(options.table.columns, options.conversion);
  }

  async add(shardId: string, records: readonly Delivered[]): Promise<void> {
    let rows = "";
    let errors = "";
    for (const delivered of records) {
      this.contents.add(shardId, delivered);
      for (const record of delivered.userRecords) {
        try {
          const documents = parseDocuments(record.data.toString("utf8"));
          const converted = documents
            .map((document) => `${JSON.stringify(this.convert(document))}\n`)
            .join("");
          this.longest = Math.max(this.longest, converted.length);
          rows += converted;
        } catch (error) {
          errors += `${JSON.stringify(this.describe(record, error))}\n`;
          this.rejected++;
        }
      }
    }
    if (rows) await this.rows.append(rows);
    if (errors) await this.errors.append(errors);
  }

  async finish(): Promise<readonly FinishedObject[]> {
    await this.rows.close();
    await this.errors.close();
    const objects: FinishedObject[] = [];
    if (this.rows.bytes > 0) {
      const file = `${this.options.path}.parquet`;
      await this.options.connection.run(copyStatement(this.rows.path, file, 4 * this.longest, this.options));
      objects.push({ file, kind: "parquet", records: this.contents.records - this.rejected });
    }
    if (this.errors.bytes > 0)
      objects.push({ file: this.errors.path, kind: "error", records: this.rejected });
    return objects;
  }

  async discard(): Promise<void> {
    await this.rows.close();
    await this.errors.close();
    await rm(this.rows.path, { force: true });
    await rm(this.errors.path, { force: true });
  }

  /** https://docs.aws.amazon.com/firehose/latest/dev/record-format-conversion.html#record-format-conversion-error */
  private describe(record: UserRecord, error: unknown) {
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
  const types = table.columns.map((column) => `${quoteText(column.name)}: ${quoteText(jsonType(column))}`);
  // A row has to fit whole into DuckDB's buffers, which are twice this size in each of its threads.
  const source = `read_json(${quoteText(from)}, format = 'newline_delimited', maximum_object_size = ${Math.max(longest, 1024 * 1024)}, columns = {${types.join(", ")}})`;
  const compression = conversion.compression.toLowerCase();
  return `COPY (SELECT ${table.columns.map(select).join(", ")} FROM ${source}) TO ${quoteText(to)} (FORMAT parquet, COMPRESSION ${compression})`;
}

/** Bytes are text until they are in the table. */
function jsonType({ type }: GlueColumn): string {
  return isBinary(type) ? "VARCHAR" : duckdbType(type);
}

function select({ name, type }: GlueColumn): string {
  return isBinary(type) ? `encode(${quoteName(name)}) AS ${quoteName(name)}` : quoteName(name);
}

function isBinary(type: string): boolean {
  return type.trim().toLowerCase() === "binary";
}
