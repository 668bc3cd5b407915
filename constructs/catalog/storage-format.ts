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
  /** One JSON object a line, also as GZIP. A line that is not valid JSON is a row of nulls. */
  json: {
    inputFormat: "org.apache.hadoop.mapred.TextInputFormat",
    outputFormat: "org.apache.hadoop.hive.ql.io.HiveIgnoreKeyTextOutputFormat",
    serializationLibrary: "org.openx.data.jsonserde.JsonSerDe",
    serdeParameters: { "serialization.format": "1", "ignore.malformed.json": "true" },
    classification: "json",
  },
} satisfies Record<string, Format>;

export type StorageFormat = keyof typeof storageFormats;
