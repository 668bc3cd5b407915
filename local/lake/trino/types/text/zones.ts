/**
 * Time zones by the names that Trino accepts: `UTC`, IANA names, and offsets such as `+05:30`, `-8`, `UTC+1` and
 * `GMT-03:00`.
 */

import { cached } from "../../../cached";

const formatOf = cached(
  (zone: string) =>
    new Intl.DateTimeFormat("en-US", {
      timeZone: zone,
      hourCycle: "h23",
      year: "numeric",
      month: "numeric",
      day: "numeric",
      hour: "numeric",
      minute: "numeric",
      second: "numeric",
      era: "short",
    }),
);

/** The IANA names in current use, by their names in lower case. */
let inUse: ReadonlyMap<string, string> | undefined;

/** Names that JavaScript accepts and Trino does not. Java keeps these short names only for old programs. */
const unknown = new Set(
  "ACT AET AGT ART AST BET BST CAT CNT CST CTT EAT ECT EST HST IET IST JST MIT MST NET NST PLT PNT PRT PST SST VST ROC Factory US/Pacific-New Etc/Zulu Etc/Greenwich".split(
    " ",
  ),
);

/**
 * Whether Trino accepts an IANA name, whose case matters. JavaScript lists only the names in current use, and accepts
 * older ones in any case. For older names, each part has to begin with a capital letter, and the last part must not be
 * all capitals.
 */
function isIanaName(zone: string): boolean {
  inUse ??= new Map(Intl.supportedValuesOf("timeZone").map((name) => [name.toLowerCase(), name]));
  const known = inUse.get(zone.toLowerCase());
  if (known !== undefined) return known === zone;
  if (unknown.has(zone) || !/^[A-Z][\w+-]*$|^(?:[A-Z][\w+-]*\/)+[A-Z]\w*[a-z][\w+-]*$/.test(zone))
    return false;
  try {
    formatOf(zone);
  } catch {
    return false;
  }
  return true;
}

const utc = /^(?:UTC|UT|GMT|GMT0|UCT|Z|Zulu|Greenwich|Universal|Etc\/(?:UTC|GMT|GMT0|UCT|Universal))$/;

/**
 * The zone as Trino writes it: `UTC`, `Europe/Berlin` or `+05:30`. Undefined when Trino does not accept the name. The
 * sign in names such as `Etc/GMT+5` is inverted.
 */
export function canonicalZone(zone: string): string | undefined {
  if (utc.test(zone)) return "UTC";
  const [, prefix, sign, hour, hours, minutes = "00"] =
    /^(UTC|UT|GMT|Etc\/GMT|Etc\/UTC)?([+-])(?:(\d)|(\d\d)(?::?(\d\d)(?::00)?)?)$/.exec(zone) ?? [];
  if (sign) {
    const east = (sign === "+") !== (prefix === "Etc/GMT");
    const size = Number(hour ?? hours) * 60 + Number(minutes);
    if (size > 14 * 60 || Number(minutes) > 59) return undefined;
    return size === 0 ? "UTC" : formatOffset(east ? size : -size);
  }
  return isIanaName(zone) ? zone : undefined;
}

/**
 * The offset at the end of a time's text, if Java has it and Trino does not: those of more than 14 and at most 18 hours.
 */
export function unsupportedOffset(text: string): string | undefined {
  const [, zone, hours, minutes] = /([+-](\d\d):([0-5]\d))\s*$/.exec(text) ?? [];
  const size = Number(hours) * 60 + Number(minutes);
  return size > 14 * 60 && size <= 18 * 60 ? zone : undefined;
}

/** Formats an offset. 330 minutes are `+05:30`. */
export function formatOffset(minutes: number): string {
  const size = Math.abs(minutes);
  const two = (value: number) => String(value).padStart(2, "0");
  return `${minutes < 0 ? "-" : "+"}${two(Math.floor(size / 60))}:${two(size % 60)}`;
}

/** The minutes of a zone that is an offset, as {@link canonicalZone} writes it. Undefined for other zones. */
export function fixedOffset(zone: string): number | undefined {
  if (zone === "UTC") return 0;
  const [, sign, hours, minutes] = /^([+-])(\d{2}):(\d{2})$/.exec(zone) ?? [];
  return sign ? (sign === "-" ? -1 : 1) * (Number(hours) * 60 + Number(minutes)) : undefined;
}

const quarterHour = 900_000;
const day = 86_400_000;

/** The offset of a zone in each quarter of an hour. Offsets change only between two of them. */
const offsets = cached((zone: string) =>
  cached((index: number) => wallClock(zone, index * quarterHour) - index * quarterHour, 10_000),
);

/** Offset of a zone from UTC at an instant, which is in milliseconds since 1970. Milliseconds. */
export const zoneOffset = (zone: string, instant: number): number => {
  const fixed = fixedOffset(zone);
  return fixed === undefined ? offsets(zone)(Math.floor(instant / quarterHour)) : fixed * 60_000;
};

function wallClock(zone: string, instant: number): number {
  const parts: Record<string, string> = {};
  for (const { type, value } of formatOf(zone).formatToParts(instant)) parts[type] = value;
  const year = parts.era === "BC" ? 1 - Number(parts.year) : Number(parts.year);
  const time = new Date(0);
  time.setUTCFullYear(year, Number(parts.month) - 1, Number(parts.day));
  time.setUTCHours(Number(parts.hour), Number(parts.minute), Number(parts.second));
  return time.getTime();
}

/**
 * The instant of a local time in a zone. Both are in milliseconds. If the local time occurs twice, it is the earlier
 * instant. If the clock skips the local time, the offset from before the change is used.
 */
export function instantOf(zone: string, local: number): number {
  const fixed = fixedOffset(zone);
  if (fixed !== undefined) return local - fixed * 60_000;
  const before = zoneOffset(zone, local - day);
  const after = zoneOffset(zone, local + day);
  const early = local - before;
  if (before === after || zoneOffset(zone, early) === before) return early;
  const late = local - after;
  return zoneOffset(zone, late) === after ? late : early;
}
