import type { Plain, Zoned, ZonedValue } from "../functions/javascript/values";
import { formatDayInterval, formatYearInterval } from "../types/text/intervals";
import { formatAddress, formatUuid } from "../types/text/networks";
import { formatDecimal, formatScientific, formatScientificReal } from "../types/text/numbers";
import { formatTime, formatTimestamp, formatZoned, formatZonedTime, printDate } from "../types/text/times";
import type { Type } from "../types/types";

/** Returns the cast of a type to text, such as `2.0E0`, `2024-01-15 10:20:30.120` or `3 00:00:00.000`. */
export function textOf(type: Type): (value: Plain) => string {
  switch (type.kind) {
    case "decimal":
      return (value) => formatDecimal(value as bigint, type.scale);
    case "double":
      return (value) => formatScientific(value as number);
    case "real":
      return (value) => formatScientificReal(value as number);
    case "date":
      return (value) => printDate(value as number);
    case "time":
      return (value) => formatTime(value as bigint, type.precision);
    case "timestamp":
      return (value) => formatTimestamp(value as bigint, type.precision);
    case "timestamp with time zone":
      return (value) => {
        const { instant, zone } = value as Zoned;
        return formatZoned(instant, zone, type.precision);
      };
    case "time with time zone":
      return (value) => {
        const { instant, offset } = value as ZonedValue;
        return formatZonedTime(instant, offset, type.precision);
      };
    case "interval day to second":
      return (value) => formatDayInterval(value as bigint);
    case "interval year to month":
      return (value) => formatYearInterval(value as number);
    case "uuid":
      return (value) => formatUuid(value as bigint);
    case "ipaddress":
      return (value) => formatAddress(value as Uint8Array);
    default:
      return String;
  }
}

/** Whether a cast of this type to varchar(n) keeps a text that is too long, as Trino does. */
export const isUncut = ({ kind }: Type): boolean =>
  kind === "boolean" || kind === "json" || kind.startsWith("time") || kind.startsWith("interval");
