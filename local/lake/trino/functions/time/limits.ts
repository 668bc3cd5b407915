import { floorDivide, microsOf } from "../../types/text/calendar";
import { internal } from "../errors";

/** The limits of dates, timestamps, instants and intervals of months. Beyond them, Trino fails with an error that TRY does not catch. */

/** Checks days since 1970. */
export const checkedDays = (days: number): number => checkedInt(days, "date");

/** Checks the months of an interval. */
export const checkedMonths = (months: bigint): number => checkedInt(months, "interval year to month");

/** Checks a value that Trino stores in 32 bits. */
function checkedInt(value: number | bigint, type: string): number {
  if (value > 2_147_483_647) throw internal(`Value ${value} exceeds MAX_INT for type ${type}`);
  if (value < -2_147_483_648) throw internal(`Value ${value} is less than MIN_INT for type ${type}`);
  return Number(value);
}

/** Checks a timestamp, which Trino stores as microseconds in 64 bits. */
export function timestampLimited(micros: bigint): bigint {
  if (BigInt.asIntN(64, micros) !== micros) throw internal("long overflow");
  return micros;
}

/** Checks an instant with a zone, which Trino stores as milliseconds in 52 bits. */
export function zonedLimited(micros: bigint): bigint {
  const millis = floorDivide(micros, microsOf.millisecond);
  if (millis < -(2n ** 51n) || millis >= 2n ** 51n) throw internal(`Millis overflow: ${millis}`);
  return micros;
}
