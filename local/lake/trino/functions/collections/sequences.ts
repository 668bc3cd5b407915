import { addMonths, daysOf, microsOf, timeOfDay } from "../../types/text/calendar";
import { modulo } from "../../types/text/times";
import { check } from "../errors";
import { type EmittedCall, type Family, javascript } from "../implementation";

/** https://trino.io/docs/current/functions/array.html#sequence */
const most = 10_000;

function checkCount(count: number): void {
  check(count <= most, `result of sequence function must not have more than ${most} entries`);
}

function checkDirection(step: number | bigint, ascending: boolean, level: boolean): void {
  check(step !== 0 && step !== 0n, "step must not be zero");
  check(
    level || step > 0 === ascending,
    "sequence stop value should be greater than or equal to start value if step is greater than zero otherwise stop should be less than or equal to start",
  );
}

/** The integers from `start` to `stop`. */
function steps(start: bigint, stop: bigint, step: bigint): bigint[] {
  checkDirection(step, stop > start, stop === start);
  const count = Number((stop - start) / step) + 1;
  checkCount(count);
  return Array.from({ length: count }, (_, index) => start + BigInt(index) * step);
}

/** Values at intervals of a number of months, each counted from the first value. */
function monthSteps<T extends number | bigint>(
  start: T,
  stop: T,
  months: number,
  add: (months: number) => T,
): T[] {
  checkDirection(months, stop > start, stop === start);
  const values: T[] = [];
  for (let index = 0; ; index += 1) {
    const value = add(index * months);
    if (months > 0 ? value > stop : value < stop) return values;
    values.push(value);
    checkCount(values.length);
  }
}

function sequence({ types: [type, , step] }: EmittedCall): (...values: never[]) => unknown {
  if (type?.kind === "date") {
    if (step?.kind === "interval year to month")
      return (start: number, stop: number, by: number) =>
        monthSteps(start, stop, by, (months) => addMonths(start, months));
    return (start: number, stop: number, by?: bigint) => {
      const days = by === undefined ? (stop >= start ? 1n : -1n) : by / 86_400_000n;
      check(
        by === undefined || modulo(by, 86_400_000n) === 0n,
        "sequence step must be a day interval if start and end values are dates",
      );
      return steps(BigInt(start), BigInt(stop), days).map(Number);
    };
  }
  if (type?.kind === "timestamp") {
    if (step?.kind === "interval year to month")
      return (start: bigint, stop: bigint, by: number) =>
        monthSteps(
          start,
          stop,
          by,
          (months) => BigInt(addMonths(daysOf(start), months)) * microsOf.day + timeOfDay(start),
        );
    return (start: bigint, stop: bigint, by: bigint) => steps(start, stop, by * 1000n);
  }
  return (start: bigint, stop: bigint, by?: bigint) => steps(start, stop, by ?? (stop >= start ? 1n : -1n));
}

export const sequences: Family = { sequence: javascript(sequence) };
