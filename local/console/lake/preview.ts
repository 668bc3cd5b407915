import { open } from "node:fs/promises";
import { constants, gunzipSync } from "node:zlib";
import { quoteName, quoteText } from "@streaming-data-lake/lake/quote";
import type { ConversionDatabase } from "@streaming-data-lake/runner/firehose/database";
import { isObject } from "@streaming-data-lake/terraform/values";
import type { ObjectDetail } from "../api";

type Preview = Pick<ObjectDetail, "format" | "rows" | "columns" | "preview">;

/** Largest number of bytes that are read of a file that is not Parquet. */
const mostBytes = 256 * 1024;
const mostRows = 100;

/** Shows the contents of objects in the formats that are known. */
export class Previews {
  constructor(private readonly database: ConversionDatabase) {}

  async previewOf(path: string, size: number): Promise<Preview> {
    const head = await beginning(path);
    if (size > 8 && head.toString("latin1", 0, 4) === "PAR1") return this.parquet(path);
    const isGzip = head[0] === 0x1f && head[1] === 0x8b;
    const bytes = isGzip ? unzipped(head) : head;
    const isWhole = size <= mostBytes && bytes.length <= mostBytes;
    const text = textIn(bytes.subarray(0, mostBytes), !isWhole);
    if (text === undefined) return { format: isGzip ? "gzip" : "binary", preview: {} };
    const lines = text.split("\n").filter((line) => line !== "");
    const documents = lines.slice(0, mostRows).map(decoded);
    // When only the beginning of the file was read, its last line may be cut off.
    const whole = isWhole ? documents : documents.slice(0, -1);
    const isErrors = whole.length > 0 && whole.every((one) => one.isError);
    const isJson = whole.length > 0 && whole.every((one) => one.isJson);
    return {
      format: isErrors ? "error-document" : isGzip ? "gzip" : isJson ? "json" : "text",
      ...(isWhole && (isJson || isErrors) && { rows: lines.length }),
      preview: { text: documents.map((one) => one.text).join("\n") },
    };
  }

  private async parquet(path: string): Promise<Preview> {
    const file = quoteText(path);
    const described = await this.database.run(
      `DESCRIBE SELECT * FROM read_parquet(${file}, hive_partitioning = false)`,
    );
    const columns = described.map(([name, type]) => ({
      name: String(name),
      type: String(type).toLowerCase(),
    }));
    const [counted] = await this.database.run(`SELECT num_rows FROM parquet_file_metadata(${file})`);
    const values = columns.map(({ name }) => `CAST(${quoteName(name)} AS VARCHAR)`).join(", ");
    const rows = await this.database.run(
      `SELECT ${values} FROM read_parquet(${file}, hive_partitioning = false) LIMIT ${mostRows}`,
    );
    return {
      format: "parquet",
      rows: Number(counted?.[0] ?? 0),
      columns,
      preview: { rows: rows.map((row) => row.map((value) => (value === null ? null : String(value)))) },
    };
  }
}

async function beginning(path: string): Promise<Buffer> {
  const file = await open(path, "r");
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(mostBytes), 0, mostBytes, 0);
    return buffer.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
}

/**
 * The beginning of a gzip file, uncompressed. The size is limited, because a small file may expand to a very large one.
 */
function unzipped(bytes: Buffer): Buffer {
  // The input may be cut off.
  const options = { finishFlush: constants.Z_SYNC_FLUSH, maxOutputLength: 64 * 1024 * 1024 };
  for (let length = bytes.length; length > 64; length >>= 2)
    try {
      return gunzipSync(bytes.subarray(0, length), options);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "ERR_BUFFER_TOO_LARGE") break;
    }
  return Buffer.alloc(0);
}

function textIn(bytes: Buffer, isCut: boolean): string | undefined {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes, { stream: isCut });
  } catch {
    return undefined;
  }
}

/** A line of a file. When it is one of Firehose's error documents, the record in it is decoded. */
function decoded(line: string): {
  readonly text: string;
  readonly isJson: boolean;
  readonly isError: boolean;
} {
  try {
    const value: unknown = JSON.parse(line);
    if (!isObject(value) || typeof value.rawData !== "string")
      return { text: line, isJson: true, isError: false };
    const rawData = Buffer.from(value.rawData, "base64").toString("utf8");
    return { text: JSON.stringify({ ...value, rawData }), isJson: true, isError: true };
  } catch {
    return { text: line, isJson: false, isError: false };
  }
}
