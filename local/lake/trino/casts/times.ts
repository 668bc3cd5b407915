import type { Plain, Zoned, ZonedTime } from "../functions/javascript/values";
import { instantOfLocal, localOf, modulo, roundMicros } from "../types/text/times";
import { formatOffset, zoneOffset } from "../types/text/zones";
import type { Type } from "../types/types";

/** What casts ask of the session. */
export interface CastSession {
  readonly zone: string;
  /** The instant when the statement began, in microseconds of the epoch. */
  readonly startMicros: bigint;
}

const day = 86_400_000_000n;
const floorDay = (micros: bigint): bigint => (micros - modulo(micros, day)) / day;

/** Casts between dates and times; undefined where there's none. A time becomes a timestamp of the session's day. */
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
      return (value) => {
        const zone =
          from.kind === "time with time zone" ? zoneOfOffset((value as ZonedTime).offset) : session;
        return { instant: instantOfLocal(roundMicros(local(value), precision), zone), zone };
      };
    }
    default:
      return undefined;
  }
}

/** What the clock of a value shows, in microseconds. */
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
        const { instant, offset } = value as ZonedTime;
        const clock = modulo(instant + BigInt(offset) * 60_000_000n, day);
        return to.kind.startsWith("timestamp") ? today + clock : clock;
      };
    default:
      return undefined;
  }
}

/** Trino is a second early in times of timestamps before 1970 that have a fraction of a second. */
const beforeEpoch = (micros: bigint): bigint =>
  micros < 0n && micros % 1_000_000n !== 0n ? micros - 1_000_000n : micros;

const zoneOfOffset = (minutes: number): string => (minutes === 0 ? "UTC" : formatOffset(minutes));

function offsetOf(value: Plain, from: Type, session: string): number {
  if (from.kind === "time with time zone") return (value as ZonedTime).offset;
  if (from.kind === "timestamp with time zone") {
    const { instant, zone } = value as Zoned;
    // Trino looks the offset up at what the clock shows, as if that were UTC.
    return Math.trunc(zoneOffset(zone, Number(localOf(instant, zone) / 1000n)) / 60_000);
  }
  return zoneOffset(session, 0) / 60_000;
}
