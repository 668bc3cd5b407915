import { oneOf } from "../core/shape";

interface Format {
  readonly inputFormat: string;
  readonly outputFormat: string;
  readonly serializationLibrary: string;
  readonly serdeParameters: Readonly<Record<string, string>>;
  readonly classification: string;
}

/** https://docs.aws.amazon.com/athena/latest/ug/supported-serdes.html */
export const storageFormats = {
  parquet: {
    inputFormat: "org.apache.hadoop.hive.ql.io.parquet.MapredParquetInputFormat",
    outputFormat: "org.apache.hadoop.hive.ql.io.parquet.MapredParquetOutputFormat",
    serializationLibrary: "org.apache.hadoop.hive.ql.io.parquet.serde.ParquetHiveSerDe",
    serdeParameters: { "serialization.format": "1" },
    classification: "parquet",
  },
  /**
   * One JSON object a line, optionally compressed with GZIP. A line that is not valid JSON is read as a row of nulls,
   * and a value that does not fit its column's type as null, so that one wrong record does not make every query fail.
   *
   * https://docs.aws.amazon.com/athena/latest/ug/openx-json-serde.html
   */
  json: {
    inputFormat: "org.apache.hadoop.mapred.TextInputFormat",
    outputFormat: "org.apache.hadoop.hive.ql.io.HiveIgnoreKeyTextOutputFormat",
    serializationLibrary: "org.openx.data.jsonserde.JsonSerDe",
    serdeParameters: {
      "serialization.format": "1",
      "ignore.malformed.json": "true",
      "use.null.for.invalid.data": "true",
    },
    classification: "json",
  },
} satisfies Record<string, Format>;

export const formatShape = oneOf(...Object.keys(storageFormats));

export type StorageFormat = keyof typeof storageFormats;
