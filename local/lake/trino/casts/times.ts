import type { Plain, Zoned, ZonedValue } from "../functions/javascript/values";
import { instantOfLocal, localOf, modulo, roundMicros } from "../types/text/times";
import { formatOffset, zoneOffset } from "../types/text/zones";
import type { Type } from "../types/types";

/** The session's values that casts use. */
export interface CastSession {
  readonly zone: string;
  /** When the statement began. Microseconds since 1970. */
  readonly startMicros: bigint;
}

const day = 86_400_000_000n;
const floorDay = (micros: bigint): bigint => (micros - modulo(micros, day)) / day;

/**
 * Returns the cast between dates and times. Undefined when there is no such cast. A time becomes a timestamp on the
 * session's current day.
 */
export function timeCast(
  from: Type,
  to: Type,
  { zone: session, startMicros }: CastSession,
): ((value: Plain) => Plain) | undefined {
  const local = localReader(from, to, floorDay(localOf(startMicros, session)) * day);
  if (!local) return undefined;
  switch (to.kind) {
    case "date":
      return from.kind.startsWith("timestamp") ? (value) => Number(floorDay(local(value))) : undefined;
    case "time": {
      const { precision } = to;
      return (value) => modulo(roundMicros(modulo(local(value), day), precision), day);
    }
    case "time with time zone": {
      const { precision } = to;
      return (value) => {
        const clock = modulo(roundMicros(modulo(local(value), day), precision), day);
        const offset = offsetOf(value, from, session);
        return { instant: modulo(clock - BigInt(offset) * 60_000_000n, day), offset };
      };
    }
    case "timestamp": {
      const { precision } = to;
      return (value) => roundMicros(local(value), precision);
    }
    case "timestamp with time zone": {
      const { precision } = to;
      if (from.kind === "timestamp with time zone")
        return (value) => {
          const { instant, zone } = value as Zoned;
          return { instant: roundMicros(instant, precision), zone };
        };
      if (from.kind === "time with time zone") {
        // The day is today's of UTC, whatever the offset.
        const today = floorDay(startMicros) * day;
        return (value) => {
          const { instant, offset } = value as ZonedValue;
          return { instant: roundMicros(today + instant, precision), zone: zoneOfOffset(offset) };
        };
      }
      return (value) => ({
        instant: instantOfLocal(roundMicros(local(value), precision), session),
        zone: session,
      });
    }
    default:
      return undefined;
  }
}

/** Returns a function that reads a value's local time. Microseconds. */
function localReader(from: Type, to: Type, today: bigint): ((value: Plain) => bigint) | undefined {
  switch (from.kind) {
    case "date":
      return (value) => BigInt(value as number) * day;
    case "time":
      return to.kind.startsWith("timestamp")
        ? (value) => today + (value as bigint)
        : (value) => value as bigint;
    case "timestamp":
      return to.kind === "time" ? (value) => beforeEpoch(value as bigint) : (value) => value as bigint;
    case "timestamp with time zone":
      return (value) => {
        const { instant, zone } = value as Zoned;
        return localOf(instant, zone);
      };
    case "time with time zone":
      return (value) => {
        const { instant, offset } = value as ZonedValue;
        const clock = modulo(instant + BigInt(offset) * 60_000_000n, day);
        return to.kind.startsWith("timestamp") ? today + clock : clock;
      };
    default:
      return undefined;
  }
}

/** Trino returns a time that is one second early for timestamps before 1970 with a fraction of a second. */
const beforeEpoch = (micros: bigint): bigint =>
  micros < 0n && micros % 1_000_000n !== 0n ? micros - 1_000_000n : micros;

const zoneOfOffset = (minutes: number): string => (minutes === 0 ? "UTC" : formatOffset(minutes));

function offsetOf(value: Plain, from: Type, session: string): number {
  if (from.kind === "time with time zone") return (value as ZonedValue).offset;
  if (from.kind === "timestamp with time zone") {
    const { instant, zone } = value as Zoned;
    // Trino looks up the zone's offset at the local time, as if that were UTC.
    return Math.trunc(zoneOffset(zone, Number(localOf(instant, zone) / 1000n)) / 60_000);
  }
  return zoneOffset(session, 0) / 60_000;
}
