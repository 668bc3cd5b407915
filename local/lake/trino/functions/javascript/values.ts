import {
  DuckDBBlobValue,
  DuckDBDateValue,
  DuckDBDecimalValue,
  DuckDBListValue,
  DuckDBMapValue,
  DuckDBStructValue,
  DuckDBTimestampValue,
  DuckDBTimeValue,
  DuckDBUUIDValue,
  type DuckDBValue,
} from "@duckdb/node-api";
import { fieldOf } from "../../types/duckdb";
import type { Type } from "../../types/types";

/**
 * A point in time, in microseconds since 1970, with the zone in which it is written, such as `Europe/Berlin` or
 * `+05:30`.
 */
export interface Zoned {
  readonly instant: bigint;
  readonly zone: string;
}

/** A time of day with its offset: microseconds of the day in UTC, and minutes east of UTC. */
export interface ZonedValue {
  readonly instant: bigint;
  readonly offset: number;
}

/** A value in its plain form, which JavaScriptFunction describes. */
export type Plain =
  | null
  | boolean
  | number
  | bigint
  | string
  | Uint8Array
  | Zoned
  | ZonedValue
  | readonly Plain[];

/** The entries of a map in their plain form. */
export type Entries<K = Plain, V = Plain> = readonly (readonly [K, V])[];

type Convert<From, To> = (value: From) => To;

/**
 * Returns a function that converts DuckDB's values of a type to plain values. It is chosen once for a type, so that
 * each row costs only one call.
 */
export function decoder(type: Type): Convert<DuckDBValue, Plain> {
  const convert = decode(type);
  return (value) => (value === null || value === undefined ? null : convert(value));
}

/** Returns a function that converts plain values of a type to DuckDB's values. */
export function encoder(type: Type): Convert<Plain, DuckDBValue> {
  const convert = encode(type);
  return (value) => (value === null || value === undefined ? null : convert(value));
}

function decode(type: Type): Convert<DuckDBValue, Plain> {
  switch (type.kind) {
    case "decimal":
      return (value) => (value as DuckDBDecimalValue).value;
    case "varbinary":
    case "ipaddress":
      return (value) => (value as DuckDBBlobValue).bytes;
    case "date":
      return (value) => (value as DuckDBDateValue).days;
    case "time":
      return (value) => (value as DuckDBTimeValue).micros;
    case "timestamp":
      return (value) => (value as DuckDBTimestampValue).micros;
    case "timestamp with time zone":
      return (value) => {
        const { instant, zone } = (value as DuckDBStructValue).entries;
        return { instant: (instant as DuckDBTimestampValue).micros, zone: zone as string };
      };
    case "time with time zone":
      return (value) => {
        const { instant, offset } = (value as DuckDBStructValue).entries;
        return { instant: (instant as DuckDBTimeValue).micros, offset: offset as number };
      };
    case "uuid":
      return (value) => (value as DuckDBUUIDValue).toUint128();
    case "array": {
      const element = decoder(type.element);
      return (value) => (value as DuckDBListValue).items.map(element);
    }
    case "map": {
      const key = decoder(type.key);
      const item = decoder(type.value);
      return (value) => (value as DuckDBMapValue).entries.map((entry) => [key(entry.key), item(entry.value)]);
    }
    case "row": {
      const fields = type.fields.map((field) => decoder(field.type));
      return (value) => {
        const { entries } = value as DuckDBStructValue;
        return fields.map((field, index) => field(entries[fieldOf(index)] ?? null));
      };
    }
    default:
      return (value) => value as Plain;
  }
}

function encode(type: Type): Convert<Plain, DuckDBValue> {
  switch (type.kind) {
    case "decimal":
      return (value) => new DuckDBDecimalValue(value as bigint, type.precision, type.scale);
    case "varbinary":
    case "ipaddress":
      return (value) => new DuckDBBlobValue(value as Uint8Array);
    case "date":
      return (value) => new DuckDBDateValue(value as number);
    case "time":
      return (value) => new DuckDBTimeValue(value as bigint);
    case "timestamp":
      return (value) => new DuckDBTimestampValue(value as bigint);
    case "timestamp with time zone":
      return (value) => {
        const { instant, zone } = value as Zoned;
        return new DuckDBStructValue({ instant: new DuckDBTimestampValue(instant), zone });
      };
    case "time with time zone":
      return (value) => {
        const { instant, offset } = value as ZonedValue;
        return new DuckDBStructValue({ instant: new DuckDBTimeValue(instant), offset });
      };
    case "uuid":
      return (value) => DuckDBUUIDValue.fromUint128(value as bigint);
    case "array": {
      const element = encoder(type.element);
      return (value) => new DuckDBListValue((value as readonly Plain[]).map(element));
    }
    case "map": {
      const key = encoder(type.key);
      const item = encoder(type.value);
      return (value) =>
        new DuckDBMapValue((value as Entries).map(([k, v]) => ({ key: key(k), value: item(v) })));
    }
    case "row": {
      const fields = type.fields.map((field) => encoder(field.type));
      return (value) => {
        const items = value as readonly Plain[];
        return new DuckDBStructValue(
          Object.fromEntries(fields.map((field, index) => [fieldOf(index), field(items[index] ?? null)])),
        );
      };
    }
    default:
      return (value) => value as DuckDBValue;
  }
}
