/** Calendar functions on local times, given in microseconds since 1970 (bigint) or in days since 1970 (number). */

export const microsOf = {
  millisecond: 1_000n,
  second: 1_000_000n,
  minute: 60_000_000n,
  hour: 3_600_000_000n,
  day: 86_400_000_000n,
} as const;

export interface Civil {
  readonly year: number;
  /** From 1 to 12. */
  readonly month: number;
  /** From 1 to 31. */
  readonly day: number;
}

export const floorDivide = (value: bigint, by: bigint): bigint => {
  const quotient = value / by;
  return value % by < 0n ? quotient - 1n : quotient;
};

/** The day of a local time. Days since 1970. */
export const daysOf = (micros: bigint): number => Number(floorDivide(micros, microsOf.day));

/** The time of day of a local time. Microseconds since midnight. */
export const timeOfDay = (micros: bigint): bigint =>
  micros - floorDivide(micros, microsOf.day) * microsOf.day;

/** @see https://howardhinnant.github.io/date_algorithms.html#civil_from_days */
export function civilOf(days: number): Civil {
  const shifted = days + 719_468;
  const era = Math.floor(shifted / 146_097);
  const dayOfEra = shifted - era * 146_097;
  const yearOfEra = Math.floor(
    (dayOfEra -
      Math.floor(dayOfEra / 1_460) +
      Math.floor(dayOfEra / 36_524) -
      Math.floor(dayOfEra / 146_096)) /
      365,
  );
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const monthFromMarch = Math.floor((5 * dayOfYear + 2) / 153);
  const month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9;
  return {
    year: yearOfEra + era * 400 + (month <= 2 ? 1 : 0),
    month,
    day: dayOfYear - Math.floor((153 * monthFromMarch + 2) / 5) + 1,
  };
}

export function daysFrom({ year, month, day }: Civil): number {
  const shifted = month <= 2 ? year - 1 : year;
  const era = Math.floor(shifted / 400);
  const yearOfEra = shifted - era * 400;
  const dayOfYear = Math.floor((153 * (month > 2 ? month - 3 : month + 9) + 2) / 5) + day - 1;
  const dayOfEra = yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear;
  return era * 146_097 + dayOfEra - 719_468;
}

export const isLeap = (year: number): boolean => (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;

export const daysInMonth = (year: number, month: number): number =>
  daysFrom(month === 12 ? { year: year + 1, month: 1, day: 1 } : { year, month: month + 1, day: 1 }) -
  daysFrom({ year, month, day: 1 });

/** The day of the week, from 1 for Monday to 7. */
export const dayOfWeek = (days: number): number => ((((days + 3) % 7) + 7) % 7) + 1;

export const dayOfYear = (days: number): number =>
  days - daysFrom({ year: civilOf(days).year, month: 1, day: 1 }) + 1;

/** The ISO 8601 week of a day, and the year to which the week belongs. */
export function isoWeek(days: number): { readonly week: number; readonly year: number } {
  const thursday = days - dayOfWeek(days) + 4;
  const { year } = civilOf(thursday);
  return { week: Math.floor((thursday - daysFrom({ year, month: 1, day: 1 })) / 7) + 1, year };
}

/** The first day of an ISO 8601 week. */
export function weekStart(year: number, week: number): number {
  const fourth = daysFrom({ year, month: 1, day: 4 });
  return fourth - dayOfWeek(fourth) + 1 + (week - 1) * 7;
}

/** The day some months later. If the month is too short, it is the last day of the month. */
export function addMonths(days: number, months: number): number {
  const { year, month, day } = civilOf(days);
  const index = year * 12 + month - 1 + months;
  const target = { year: Math.floor(index / 12), month: (((index % 12) + 12) % 12) + 1 };
  return daysFrom({ ...target, day: Math.min(day, daysInMonth(target.year, target.month)) });
}
