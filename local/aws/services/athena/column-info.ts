import type { QueryColumn } from "@streaming-data-lake/lake";
import { headerNames } from "./results";

/** Precision of the types that do not state one. */
const precisions: Readonly<Record<string, number>> = {
  boolean: 0,
  tinyint: 3,
  smallint: 5,
  integer: 10,
  bigint: 19,
  float: 17,
  real: 17,
  double: 17,
  varchar: 2_147_483_647,
  date: 0,
  timestamp: 3,
  "timestamp with time zone": 3,
  time: 3,
  varbinary: 1_073_741_824,
};

/** https://docs.aws.amazon.com/athena/latest/APIReference/API_ColumnInfo.html */
export function columnInfo(columns: readonly QueryColumn[]) {
  const names = headerNames(columns);
  return columns.map(({ type }, index) => {
    // Athena reports only the first word of types such as `array(integer)`.
    const plain = type.replace(/\(.*\)/s, "");
    const [, precision, scale] = /^\w+\((\d+)(?:, ?(\d+))?\)$/.exec(type) ?? [];
    const name = names[index] ?? "";
    return {
      CatalogName: "hive",
      SchemaName: "",
      TableName: "",
      Name: name,
      Label: name,
      Type: plain,
      Precision: precision === undefined ? (precisions[plain] ?? 0) : Number(precision),
      Scale: scale === undefined ? 0 : Number(scale),
      Nullable: "UNKNOWN" as const,
      CaseSensitive: plain === "varchar" || plain === "char",
    };
  });
}
