import { quoteText } from "../../../quote";
import { TrinoError } from "../../types/errors";
import { longOf } from "../../types/longs";
import { floorDivide } from "../../types/text/calendar";
import { instantOfLocal } from "../../types/text/times";
import { canonicalZone, formatOffset, zoneOffset } from "../../types/text/zones";
import { check, invalid } from "../errors";
import { type Family, javascript, mixed, native, plain } from "../implementation";
import type { Zoned, ZonedValue } from "../javascript/values";

/** https://trino.io/docs/current/functions/datetime.html#time-zone-functions */
function zoneOf(text: string): string {
  const zone = canonicalZone(text);
  if (zone === undefined) throw invalid(`'${text}' is not a valid time zone`);
  return zone;
}

/** Offset of a value's zone at its instant. Minutes east of UTC. */
export function offsetMinutes(value: Zoned | ZonedValue): number {
  if ("offset" in value) return value.offset;
  return Math.trunc(zoneOffset(value.zone, Number(floorDivide(value.instant, 1000n))) / 60_000);
}

/** Seconds rounded to milliseconds as by Java's Math.round. Microseconds. */
function microsOfSeconds(seconds: number): bigint {
  const millis = seconds * 1000;
  if (Number.isNaN(millis)) return 0n;
  check(Math.abs(millis) < 2 ** 51, `Millis overflow: ${longOf(Math.round(millis))}`);
  return BigInt(Math.floor(millis + 0.5)) * 1000n;
}

function fromUnixtime(seconds: number, zone?: string | bigint, minutes?: bigint): Zoned {
  if (zone === undefined) return { instant: microsOfSeconds(seconds), zone: "UTC" };
  if (typeof zone === "bigint") {
    // Java multiplies as a long, and does not detect an overflow.
    const offset = Number(BigInt.asIntN(64, zone * 60n + (minutes ?? 0n)));
    check(Math.abs(offset) <= 14 * 60, `Invalid offset minutes ${offset}`);
    return { instant: microsOfSeconds(seconds), zone: offset === 0 ? "UTC" : formatOffset(offset) };
  }
  const known = canonicalZone(zone);
  if (known === undefined) throw new TrinoError("NOT_SUPPORTED", `Time zone not supported: ${zone}`);
  return { instant: microsOfSeconds(seconds), zone: known };
}

export const zoneFunctions: Family = {
  at_timezone: plain(({ instant }: Zoned, zone: string) => ({ instant, zone: zoneOf(zone) })),
  current_date: native(({ context: { session } }) => `CAST(make_timestamp(${session.startMicros}) AS DATE)`),
  current_timezone: native(({ context: { session } }) => quoteText(session.zone)),
  from_unixtime: javascript(({ types, context: { session } }) =>
    types.length === 1
      ? (seconds: number) => ({ instant: microsOfSeconds(seconds), zone: session.zone })
      : fromUnixtime,
  ),
  now: native(
    ({ context: { session } }) =>
      `{'instant': make_timestamp(${floorDivide(session.startMicros, 1000n) * 1000n}), 'zone': ${quoteText(session.zone)}}`,
  ),
  timezone: plain((value: Zoned | ZonedValue) =>
    "zone" in value ? value.zone : value.offset === 0 ? "+00:00" : formatOffset(value.offset),
  ),
  timezone_hour: plain((value: Zoned | ZonedValue) => BigInt(Math.trunc(offsetMinutes(value) / 60))),
  timezone_minute: plain((value: Zoned | ZonedValue) => BigInt(offsetMinutes(value) % 60)),
  to_unixtime: plain(({ instant }: Zoned) => Number(instant) / 1_000_000),
  with_timezone: mixed((call) =>
    javascript(() => (local: bigint, zone: string) => {
      const known = zoneOf(zone);
      return { instant: instantOfLocal(local, known), zone: known };
    }).emit(call),
  ),
};
