import type { columnInfo } from "./column-info";

type ColumnInfo = ReturnType<typeof columnInfo>[number];

/** Numbers of the wire types: https://protobuf.dev/programming-guides/encoding/#structure */
const [integer, bytes] = [0, 2];

/** Number of UNKNOWN, the only value for a column's nullability that Athena uses. */
const unknownNullable = 3;

/**
 * The `.metadata` object next to a result, from which drivers read the result's columns without calling the API. Its
 * format is Protocol Buffers, without a published schema. Field 1 is the engine's own id of the statement. Field 4
 * occurs once for each column, with catalog (1), schema (2), table (3), name (4), label (5), type (6), precision (7),
 * scale (8), nullable (9) and case-sensitive (10). Values that are 0, false or empty are left out. The authors of
 * athena-jdbc derived this from files that Athena had written: https://github.com/burtcorp/athena-jdbc
 */
export function metadataFile(statement: string, columns: readonly ColumnInfo[]): Buffer {
  return Buffer.concat([text(1, statement), ...columns.map((column) => field(4, columnOf(column)))]);
}

function columnOf(column: ColumnInfo): Buffer {
  return Buffer.concat([
    text(1, column.CatalogName),
    text(2, column.SchemaName),
    text(3, column.TableName),
    text(4, column.Name),
    text(5, column.Label),
    text(6, column.Type),
    number(7, column.Precision),
    number(8, column.Scale),
    number(9, unknownNullable),
    number(10, column.CaseSensitive ? 1 : 0),
  ]);
}

const text = (place: number, value: string): Buffer => field(place, Buffer.from(value));

function field(place: number, value: Buffer): Buffer {
  return value.length === 0
    ? value
    : Buffer.concat([varint((place << 3) | bytes), varint(value.length), value]);
}

function number(place: number, value: number): Buffer {
  return value === 0 ? Buffer.alloc(0) : Buffer.concat([varint((place << 3) | integer), varint(value)]);
}

/** Encodes a number as a varint: seven bits per byte, the lowest first. */
function varint(value: number): Buffer {
  const result: number[] = [];
  for (let left = value; ; left >>>= 7) {
    if (left < 0x80) return Buffer.from([...result, left]);
    result.push((left & 0x7f) | 0x80);
  }
}

/** An id in Trino's format, such as `20190423_125128_00001_ehtur`. */
export function statementId(id: string, submitted: number): string {
  const [date = "", time = ""] = new Date(submitted)
    .toISOString()
    .replace(/[-:]|\.\d+Z$/g, "")
    .split("T");
  return `${date}_${time}_00001_${id.replaceAll("-", "").slice(0, 5)}`;
}
