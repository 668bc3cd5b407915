import { formatDayInterval, formatYearInterval } from "../../types/text/intervals";
import { formatAddress } from "../../types/text/networks";
import { formatDecimal, formatDouble, formatReal } from "../../types/text/numbers";
import {
  formatDate,
  formatTime,
  formatTimestamp,
  formatZoned,
  formatZonedTime,
} from "../../types/text/times";
import type { Type } from "../../types/types";
import type { Plain, Zoned, ZonedTime } from "../javascript/values";

/** A value's text as CAST to varchar writes it. */
export function textOf(type: Type): (value: Plain) => string {
  switch (type.kind) {
    case "double":
      return (value) => formatDouble(value as number);
    case "real":
      return (value) => formatReal(value as number);
    case "decimal":
      return (value) => formatDecimal(value as bigint, type.scale);
    case "date":
      return (value) => formatDate(value as number);
    case "time":
      return (value) => formatTime(value as bigint, type.precision);
    case "timestamp":
      return (value) => formatTimestamp(value as bigint, type.precision);
    case "timestamp with time zone":
      return (value) => formatZoned((value as Zoned).instant, (value as Zoned).zone, type.precision);
    case "time with time zone":
      return (value) =>
        formatZonedTime((value as ZonedTime).instant, (value as ZonedTime).offset, type.precision);
    case "interval day to second":
      return (value) => formatDayInterval(value as bigint);
    case "interval year to month":
      return (value) => formatYearInterval(value as number);
    case "ipaddress":
      return (value) => formatAddress(value as Uint8Array);
    case "varbinary":
      return (value) => Buffer.from(value as Uint8Array).toString("utf8");
    case "uuid":
      return (value) =>
        (value as bigint)
          .toString(16)
          .padStart(32, "0")
          .replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
    case "array": {
      const element = textOf(type.element);
      return (value) =>
        `[${(value as readonly Plain[]).map((item) => (item === null ? "null" : element(item))).join(", ")}]`;
    }
    default:
      return (value) => String(value);
  }
}
