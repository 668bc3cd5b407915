import { textOf } from "../../casts/text";
import { TrinoError } from "../../types/errors";
import { formatType } from "../../types/format";
import { daysOf, floorDivide, timeOfDay } from "../../types/text/calendar";
import { formatDouble, formatReal } from "../../types/text/numbers";
import { formatDate, formatTime, localOf } from "../../types/text/times";
import { fixedOffset, formatOffset, zoneOffset } from "../../types/text/zones";
import type { Type } from "../../types/types";
import type { Plain, Zoned } from "../javascript/values";

/** An argument of format(), as the Java object to which Trino converts it. */
export type FormatValue =
  | null
  | { readonly kind: "boolean"; readonly value: boolean }
  | { readonly kind: "integer"; readonly value: bigint }
  | { readonly kind: "decimal"; readonly unscaled: bigint; readonly scale: number }
  | { readonly kind: "double"; readonly value: number; readonly single: boolean; readonly text: string }
  | { readonly kind: "text"; readonly text: string }
  /** A date, a time of day, or both. Microseconds of local time. */
  | {
      readonly kind: "time";
      readonly local: bigint;
      readonly instant: bigint;
      readonly zone?: string;
      readonly parts: "date" | "time" | "both";
      readonly text: string;
    };

/**
 * Returns a function that converts values of a type for the formatter. It fails for a type that Trino does not format.
 */
export function formatValueOf(type: Type): (value: Plain) => FormatValue {
  const convert = converter(type);
  return (value) => (value === null ? null : convert(value));
}

function converter(type: Type): (value: Plain) => FormatValue {
  switch (type.kind) {
    case "unknown":
      return () => null;
    case "boolean":
      return (value) => ({ kind: "boolean", value: value as boolean });
    case "tinyint":
    case "smallint":
    case "integer":
    case "bigint":
      return (value) => ({ kind: "integer", value: BigInt(value as number | bigint) });
    case "real":
    case "double": {
      const single = type.kind === "real";
      const text = single ? formatReal : formatDouble;
      return (value) => ({ kind: "double", value: value as number, single, text: text(value as number) });
    }
    case "decimal":
      return (value) => ({ kind: "decimal", unscaled: value as bigint, scale: type.scale });
    case "date":
      return (value) => {
        const local = BigInt(value as number) * 86_400_000_000n;
        return { kind: "time", local, instant: local, parts: "date", text: formatDate(value as number) };
      };
    case "time":
      return (value) => {
        const local = value as bigint;
        return { kind: "time", local, instant: local, parts: "time", text: clockText(local) };
      };
    case "timestamp":
      return (value) => {
        const local = value as bigint;
        return { kind: "time", local, instant: local, parts: "both", text: dateTimeText(local) };
      };
    case "timestamp with time zone":
      return (value) => {
        const { instant, zone } = value as Zoned;
        const local = localOf(instant, zone);
        return {
          kind: "time",
          local,
          instant,
          zone,
          parts: "both",
          text: `${dateTimeText(local)}${zoneText(instant, zone)}`,
        };
      };
    case "array":
    case "map":
    case "row":
    case "varbinary":
    case "function":
    case "opaque":
      throw new TrinoError("NOT_SUPPORTED", `Type not supported for formatting: ${formatType(type)}`);
    default: {
      const text = textOf(type);
      return (value) => ({ kind: "text", text: text(value) });
    }
  }
}

/** Java's text of a time omits seconds that are 0, and trailing zeros of the fraction in groups of three. */
function clockText(micros: bigint): string {
  const text = formatTime(micros, 6);
  const fraction = text.slice(9);
  if (fraction === "000000") return text.slice(6, 8) === "00" ? text.slice(0, 5) : text.slice(0, 8);
  return fraction.endsWith("000") ? text.slice(0, 12) : text;
}

const dateTimeText = (local: bigint): string => `${formatDate(daysOf(local))}T${clockText(timeOfDay(local))}`;

function zoneText(instant: bigint, zone: string): string {
  const fixed = fixedOffset(zone);
  if (fixed !== undefined && zone !== "UTC") return zone;
  const minutes = Math.trunc(zoneOffset(zone, Number(floorDivide(instant, 1000n))) / 60_000);
  return `${minutes === 0 ? "Z" : formatOffset(minutes)}[${zone}]`;
}
