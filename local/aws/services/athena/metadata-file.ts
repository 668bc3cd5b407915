import type { columnInfo } from "./column-info";

type ColumnInfo = ReturnType<typeof columnInfo>[number];

/** Numbers of the wire types: https://protobuf.dev/programming-guides/encoding/#structure */
const [integer, bytes] = [0, 2];

/** UNKNOWN, the only one that Athena says. */
const unknownNullable = 3;

/**
 * The `.metadata` object beside a result, in which drivers find its columns without a call of the API: Protocol Buffers, of
 * which AWS publishes no schema. Field 1 is the engine's own id of the statement, and field 4, once for each column, has
 * catalog (1), schema (2), table (3), name (4), label (5), type (6), precision (7), scale (8), nullable (9) and
 * case-sensitive (10); what is 0, false or empty is left out. Read off files of Athena's by the authors of athena-jdbc:
 * https://github.com/burtcorp/athena-jdbc
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

/** Seven bits to a byte, the lowest first. */
function varint(value: number): Buffer {
  const result: number[] = [];
  for (let left = value; ; left >>>= 7) {
    if (left < 0x80) return Buffer.from([...result, left]);
    result.push((left & 0x7f) | 0x80);
  }
}

/** An id as Trino makes them, such as `20190423_125128_00001_ehtur`. */
export function statementId(id: string, submitted: number): string {
  const [date = "", time = ""] = new Date(submitted)
    .toISOString()
    .replace(/[-:]|\.\d+Z$/g, "")
    .split("T");
  return `${date}_${time}_00001_${id.replaceAll("-", "").slice(0, 5)}`;
}
