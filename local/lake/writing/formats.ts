import type { GlueTable } from "@streaming-data-lake/terraform/types";
import { type StorageClasses, serde, storedAs } from "../catalog/serdes";
import { escapingOf, separatorsOf } from "../reading/rows/lazy-simple";
import { skippedLines } from "../reading/rows/read";
import { TrinoError } from "../trino/types/errors";

/** How objects are written. */
export interface WriteFormat {
  readonly kind: "parquet" | "json" | "text";
  /** Of DuckDB's COPY for Parquet, of Node's zlib for the others. */
  readonly compression: string;
  /** The separators of delimited text: of fields, items, map keys and deeper. */
  readonly separators: readonly string[];
  readonly nullText: string;
  /** Stands before what would be taken for a separator, where the table says it. */
  readonly escaping?: string;
  /** Whether an object begins with a line of the columns' names, which readers skip. */
  readonly header?: boolean;
}

const codecs: Readonly<Record<WriteFormat["kind"], readonly string[]>> = {
  parquet: ["gzip", "snappy", "zstd", "lz4", "none", "uncompressed"],
  json: ["gzip", "none"],
  text: ["gzip", "none"],
};

const duckdbCodec: Readonly<Record<string, string>> = { lz4: "lz4_raw", none: "uncompressed" };

export const defaultSeparators = ["\u0001", "\u0002", "\u0003", "\u0004", "\u0005", "\u0006", "\u0007"];

const kinds: Readonly<Record<string, WriteFormat["kind"]>> = {
  PARQUET: "parquet",
  JSON: "json",
  TEXTFILE: "text",
};

/** The format by its name in a statement. */
export function namedFormat(
  name: string,
  { compression = "GZIP", delimiter }: { readonly compression?: string; readonly delimiter?: string },
): WriteFormat {
  const kind = kinds[name.toUpperCase()];
  if (!kind) {
    const known = ["ORC", "AVRO"].includes(name.toUpperCase());
    throw new TrinoError(
      known ? "NOT_SUPPORTED" : "INVALID_TABLE_PROPERTY",
      known
        ? `format ${name.toUpperCase()} can't be written here, only PARQUET, JSON and TEXTFILE`
        : `Unable to set table property 'format' to ['${name}']: the format must be PARQUET, ORC, AVRO, JSON or TEXTFILE`,
    );
  }
  const codec = compression.toLowerCase();
  if (!codecs[kind].includes(codec))
    throw new TrinoError(
      "INVALID_TABLE_PROPERTY",
      `compression ${compression} can't be written here for ${name.toUpperCase()}, only ${codecs[kind].join(", ").toUpperCase()}`,
    );
  return {
    kind,
    compression: kind === "parquet" ? (duckdbCodec[codec] ?? codec) : codec,
    separators: [delimiter ?? defaultSeparators[0] ?? "\u0001", ...defaultSeparators.slice(1)],
    nullText: "\\N",
  };
}

/** Where and as what the objects of a new table lie. */
export function storageOf({ kind, separators }: WriteFormat): StorageClasses & {
  readonly serdeParameters: Readonly<Record<string, string>>;
} {
  const text = storedAs.TEXTFILE as StorageClasses;
  switch (kind) {
    case "parquet":
      return { ...(storedAs.PARQUET as StorageClasses), serdeParameters: {} };
    case "json":
      return { ...text, library: serde.hiveJson, serdeParameters: {} };
    case "text": {
      const [delimiter = "\u0001"] = separators;
      const serdeParameters = { "field.delim": delimiter, "serialization.format": delimiter };
      return { ...text, serdeParameters };
    }
  }
}

/**
 * How rows are added to a table.
 *
 * @throws TrinoError NOT_SUPPORTED for tables that INSERT INTO doesn't write here.
 */
export function formatOfTable(table: GlueTable): WriteFormat {
  const { serializationLibrary: library, serdeParameters, parameters } = table;
  const plain = { compression: "none", separators: defaultSeparators, nullText: "\\N" };
  switch (library) {
    case serde.parquet:
      return {
        ...plain,
        kind: "parquet",
        compression: parquetCodec(parameters["parquet.compression"] ?? parameters.write_compression),
      };
    case serde.openx:
    case serde.hiveJson:
    case serde.hiveJsonNew:
      return { ...plain, kind: "json", compression: "gzip", header: hasHeader(table) };
    case serde.lazySimple: {
      const separators = separatorsOf(serdeParameters);
      const escaping = escapingOf(serdeParameters);
      const nullText = serdeParameters["serialization.null.format"] ?? "\\N";
      return {
        kind: "text",
        compression: "gzip",
        separators,
        nullText,
        ...(escaping !== undefined && { escaping }),
        header: hasHeader(table),
      };
    }
    default:
      throw new TrinoError(
        "NOT_SUPPORTED",
        `table ${table.name}: INSERT INTO doesn't write objects of ${library} here, only Parquet, JSON and delimited text`,
      );
  }
}

/**
 * Whether new objects begin with a line that readers skip.
 *
 * @see https://github.com/trinodb/trino/blob/476/plugin/trino-hive/src/main/java/io/trino/plugin/hive/HiveMetadata.java
 * @throws TrinoError NOT_SUPPORTED where more than one line is skipped, or the last ones are.
 */
function hasHeader(table: GlueTable): boolean {
  const header = skippedLines(table, "skip.header.line.count");
  if (header > 1)
    throw new TrinoError(
      "NOT_SUPPORTED",
      "Inserting into Hive table with value of skip.header.line.count property greater than 1 is not supported",
    );
  if (skippedLines(table, "skip.footer.line.count") > 0)
    throw new TrinoError(
      "NOT_SUPPORTED",
      "Inserting into Hive table with skip.footer.line.count property not supported",
    );
  return header === 1;
}

function parquetCodec(name: string | undefined): string {
  const codec = name?.toLowerCase() ?? "snappy";
  const written = duckdbCodec[codec] ?? codec;
  return ["gzip", "snappy", "zstd", "lz4_raw", "uncompressed"].includes(written) ? written : "snappy";
}
