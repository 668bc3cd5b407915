import type { GlueTable } from "@streaming-data-lake/terraform/types";
import { type StorageClasses, serde, storedAs } from "../catalog/serdes";
import { escapingOf, separatorsOf } from "../reading/rows/lazy-simple";
import { skippedLines } from "../reading/rows/read";
import { TrinoError } from "../trino/types/errors";

/** The format of new objects. */
export interface WriteFormat {
  readonly kind: "parquet" | "json" | "text";
  /** The codec's name in DuckDB's COPY for Parquet, and in Node's zlib for the other formats. */
  readonly compression: string;
  /**
   * The separators of delimited text: between fields, between items, between map keys and values, and those of deeper
   * levels.
   */
  readonly separators: readonly string[];
  readonly nullText: string;
  /** The character before a separator that is part of a value. Absent when the table has none. */
  readonly escaping?: string;
  /** Whether an object begins with a line of the columns' names, which readers of the table skip. */
  readonly header?: boolean;
}

const codecs: Readonly<Record<WriteFormat["kind"], readonly string[]>> = {
  parquet: ["gzip", "snappy", "zstd", "lz4", "none", "uncompressed"],
  json: ["gzip", "none"],
  text: ["gzip", "none"],
};

const duckdbCodec: Readonly<Record<string, string>> = { lz4: "lz4_raw", none: "uncompressed" };

const defaultSeparators = ["\u0001", "\u0002", "\u0003", "\u0004", "\u0005", "\u0006", "\u0007"];

const kinds: Readonly<Record<string, WriteFormat["kind"]>> = {
  PARQUET: "parquet",
  JSON: "json",
  TEXTFILE: "text",
};

/** The format that a statement names. */
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

/** The storage classes and SerDe parameters of a new table. */
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
 * The format of objects that are added to a table.
 *
 * @throws TrinoError NOT_SUPPORTED for tables that INSERT INTO cannot write here.
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
 * @throws TrinoError NOT_SUPPORTED when readers skip more than one line, or lines at the end.
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
