/** The classes of a file format that STORED AS names. */
export interface StorageClasses {
  readonly library: string;
  readonly input: string;
  readonly output: string;
}

const textInput = "org.apache.hadoop.mapred.TextInputFormat";
const textOutput = "org.apache.hadoop.hive.ql.io.HiveIgnoreKeyTextOutputFormat";

export const serde = {
  lazySimple: "org.apache.hadoop.hive.serde2.lazy.LazySimpleSerDe",
  openCsv: "org.apache.hadoop.hive.serde2.OpenCSVSerde",
  openx: "org.openx.data.jsonserde.JsonSerDe",
  hiveJson: "org.apache.hive.hcatalog.data.JsonSerDe",
  hiveJsonNew: "org.apache.hadoop.hive.serde2.JsonSerDe",
  regex: "org.apache.hadoop.hive.serde2.RegexSerDe",
  regexContrib: "org.apache.hadoop.hive.contrib.serde2.RegexSerDe",
  grok: "com.amazonaws.glue.serde.GrokSerDe",
  parquet: "org.apache.hadoop.hive.ql.io.parquet.serde.ParquetHiveSerDe",
  orc: "org.apache.hadoop.hive.ql.io.orc.OrcSerde",
  avro: "org.apache.hadoop.hive.serde2.avro.AvroSerDe",
  ion: "com.amazon.ionhiveserde.IonHiveSerDe",
  cloudTrail: "com.amazon.emr.hive.serde.CloudTrailSerde",
  columnar: "org.apache.hadoop.hive.serde2.columnar.LazyBinaryColumnarSerDe",
} as const;

/** The SerDes that Athena supports. https://docs.aws.amazon.com/athena/latest/ug/supported-serdes.html */
export const knownSerdes: ReadonlySet<string> = new Set(Object.values(serde));

/** https://docs.aws.amazon.com/athena/latest/ug/create-table.html */
export const storedAs: Readonly<Record<string, StorageClasses>> = {
  TEXTFILE: { library: serde.lazySimple, input: textInput, output: textOutput },
  JSONFILE: { library: serde.hiveJson, input: textInput, output: textOutput },
  SEQUENCEFILE: {
    library: serde.lazySimple,
    input: "org.apache.hadoop.mapred.SequenceFileInputFormat",
    output: "org.apache.hadoop.hive.ql.io.HiveSequenceFileOutputFormat",
  },
  RCFILE: {
    library: serde.columnar,
    input: "org.apache.hadoop.hive.ql.io.RCFileInputFormat",
    output: "org.apache.hadoop.hive.ql.io.RCFileOutputFormat",
  },
  PARQUET: {
    library: serde.parquet,
    input: "org.apache.hadoop.hive.ql.io.parquet.MapredParquetInputFormat",
    output: "org.apache.hadoop.hive.ql.io.parquet.MapredParquetOutputFormat",
  },
  ORC: {
    library: serde.orc,
    input: "org.apache.hadoop.hive.ql.io.orc.OrcInputFormat",
    output: "org.apache.hadoop.hive.ql.io.orc.OrcOutputFormat",
  },
  AVRO: {
    library: serde.avro,
    input: "org.apache.hadoop.hive.ql.io.avro.AvroContainerInputFormat",
    output: "org.apache.hadoop.hive.ql.io.avro.AvroContainerOutputFormat",
  },
  ION: {
    library: serde.ion,
    input: "com.amazon.ionhiveserde.formats.IonInputFormat",
    output: "com.amazon.ionhiveserde.formats.IonOutputFormat",
  },
};
