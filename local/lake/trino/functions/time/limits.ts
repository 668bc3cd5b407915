import { internal } from "../errors";
import { floorDivide, microsOf } from "./calendar";

/** The limits of dates and instants. Beyond them, Trino fails with an error that TRY does not catch. */

/** Checks days since 1970, which Trino stores in 32 bits. */
export function checkedDays(days: number): number {
  if (days > 2_147_483_647) throw internal(`Value ${days} exceeds MAX_INT for type date`);
  if (days < -2_147_483_648) throw internal(`Value ${days} is less than MIN_INT for type date`);
  return days;
}

/** Checks an instant with a zone, which Trino stores as milliseconds in 52 bits. */
export function zonedLimited(micros: bigint): bigint {
  const millis = floorDivide(micros, microsOf.millisecond);
  if (millis < -(2n ** 51n) || millis >= 2n ** 51n) throw internal(`Millis overflow: ${millis}`);
  return micros;
}
