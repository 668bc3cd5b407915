import { textOf } from "../trino/casts/text";
import type { Entries, Plain, Zoned, ZonedValue } from "../trino/functions/javascript/values";
import { formatDayInterval, formatYearInterval } from "../trino/types/text/intervals";
import { formatAddress, formatUuid } from "../trino/types/text/networks";
import { formatDecimal, formatDouble, formatReal } from "../trino/types/text/numbers";
import {
  formatDate,
  formatTime,
  formatTimestamp,
  formatZoned,
  formatZonedTime,
  modulo,
  roundMicros,
} from "../trino/types/text/times";
import type { Type } from "../trino/types/types";

/**
 * A value of a result as Trino's protocol sends it to a client that does not support parametric datetime types, such as
 * Athena's: decimals and times are text, times have milliseconds, binary values are base64, rows are lists and maps are
 * objects. Integers beyond 2^53, infinities and NaN are text too.
 */
export type ClientValue =
  | string
  | number
  | boolean
  | null
  | readonly ClientValue[]
  | { readonly [key: string]: ClientValue };

/** Digits of a second's fraction in a result. */
const milliseconds = 3;
const dayMicros = 86_400_000_000n;

/** Whether a row is a list of its fields, or an object of them when all of its fields have distinct names. */
export type RowShape = "list" | "object";

/** The form of a result's values: typed values with rows in the given shape, or everything as Athena's text. */
export type ValueShape = RowShape | "text";

/** Returns a function that converts plain values of a type to the values that clients receive. */
export function clientWriter(type: Type, shape: RowShape = "list"): (value: Plain) => ClientValue {
  const write = writer(type, shape);
  return (value) => (value === null ? null : write(value));
}

const number = (value: number): ClientValue => (Number.isFinite(value) ? value : String(value));

function writer(type: Type, shape: RowShape): (value: Plain) => ClientValue {
  switch (type.kind) {
    case "bigint":
      return (value) => {
        const size = Number(value);
        return Number.isSafeInteger(size) ? size : String(value);
      };
    case "double":
      return (value) => number(value as number);
    case "real":
      return (value) => {
        const real = value as number;
        return Number.isFinite(real) ? Number(formatReal(real)) : String(real);
      };
    case "decimal":
      return (value) => formatDecimal(value as bigint, type.scale);
    case "date":
      return (value) => formatDate(value as number);
    case "time":
      return (value) =>
        formatTime(modulo(roundMicros(value as bigint, milliseconds), dayMicros), milliseconds);
    case "timestamp":
      return (value) => formatTimestamp(roundMicros(value as bigint, milliseconds), milliseconds);
    case "timestamp with time zone":
      return (value) => {
        const { instant, zone } = value as Zoned;
        return formatZoned(roundMicros(instant, milliseconds), zone, milliseconds);
      };
    case "time with time zone":
      return (value) => {
        const { instant, offset } = value as ZonedValue;
        return formatZonedTime(roundMicros(instant, milliseconds), offset, milliseconds);
      };
    case "interval day to second":
      return (value) => formatDayInterval(value as bigint);
    case "interval year to month":
      return (value) => formatYearInterval(value as number);
    case "varbinary":
      return (value) => Buffer.from(value as Uint8Array).toString("base64");
    case "uuid":
      return (value) => formatUuid(value as bigint);
    case "ipaddress":
      return (value) => formatAddress(value as Uint8Array);
    case "array": {
      const element = clientWriter(type.element, shape);
      return (value) => (value as readonly Plain[]).map(element);
    }
    case "map": {
      const key = keyWriter(type.key);
      const item = clientWriter(type.value, shape);
      return (value) =>
        Object.fromEntries((value as unknown as Entries).map(([name, entry]) => [key(name), item(entry)]));
    }
    case "row": {
      const fields = type.fields.map((field) => clientWriter(field.type, shape));
      const list = (value: Plain) =>
        (value as readonly Plain[]).map((item, index) => fields[index]?.(item) ?? null);
      const names = type.fields.flatMap(({ name }) => name ?? []);
      if (shape === "list" || new Set(names).size < fields.length) return list;
      return (value) => Object.fromEntries(list(value).map((item, index) => [names[index] ?? "", item]));
    }
    case "opaque":
      return type.name === "color" ? (value) => colorText(value as number) : (value) => value as ClientValue;
    default:
      return (value) => value as ClientValue;
  }
}

const systemColors = ["black", "red", "green", "yellow", "blue", "magenta", "cyan", "white"];

/** `#010203`, or the name of one of the system colors. */
const colorText = (color: number): string =>
  color < 0 ? (systemColors[-1 - color] ?? "") : `#${color.toString(16).padStart(6, "0")}`;

/** Returns a function that writes the key of a map as text. */
function keyWriter(type: Type): (value: Plain) => string {
  switch (type.kind) {
    case "double":
      return (value) => formatDouble(value as number);
    case "real":
      return (value) => formatReal(value as number);
    case "array": {
      const element = itemWriter(type.element);
      return (value) => `[${(value as readonly Plain[]).map(element).join(", ")}]`;
    }
    case "row": {
      const fields = type.fields.map((field) => itemWriter(field.type));
      return (value) =>
        `[${(value as readonly Plain[]).map((item, index) => fields[index]?.(item) ?? "null").join(", ")}]`;
    }
    case "map": {
      const key = keyWriter(type.key);
      const item = itemWriter(type.value);
      return (value) =>
        `{${(value as unknown as Entries).map(([name, entry]) => `${key(name)}=${item(entry)}`).join(", ")}}`;
    }
    case "varbinary":
    case "time":
    case "timestamp":
    case "time with time zone":
    case "timestamp with time zone": {
      const write = writer(type, "list");
      return (value) => String(write(value));
    }
    default:
      return textOf(type);
  }
}

/**
 * Returns a function that writes an item inside a key. Lists and maps inside a key are written as Java's `toString`
 * does.
 */
function itemWriter(type: Type): (value: Plain) => string {
  const write = keyWriter(type);
  return (value) => (value === null ? "null" : write(value));
}
