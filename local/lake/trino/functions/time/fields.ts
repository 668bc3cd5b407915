import { errorAt } from "../../types/errors";
import { microsOf } from "../../types/text/calendar";
import { localOf, parseDate } from "../../types/text/times";
import { date, type Type, timeOf } from "../../types/types";
import { type EmittedCall, type Family, type Implementation, invoke, mixed } from "../implementation";
import type { Zoned, ZonedValue } from "../javascript/values";

/** https://trino.io/docs/current/functions/datetime.html#extraction-function */

/** The local time of a value with a zone, as the SQL of a timestamp or time. */
export function wallClock(call: EmittedCall, sql: string, type: Type | undefined): string {
  if (type?.kind === "timestamp with time zone")
    return invoke(
      call,
      "wall_clock",
      [type],
      timeOf("timestamp", type.precision),
      ({ instant, zone }: Zoned) => localOf(instant, zone),
      [sql],
    );
  if (type?.kind === "time with time zone")
    return invoke(
      call,
      "wall_clock",
      [type],
      timeOf("time", type.precision),
      ({ instant, offset }: ZonedValue) =>
        (((instant + BigInt(offset) * microsOf.minute) % microsOf.day) + microsOf.day) % microsOf.day,
      [sql],
    );
  return sql;
}

/** A field of a date or time, computed by DuckDB, or of an interval, computed by division. */
const field = (ofTime: (x: string) => string, ofInterval?: (x: string) => string): Implementation =>
  mixed((call) => {
    const [x = ""] = call.args;
    const [type] = call.types;
    if (type?.kind.startsWith("interval")) return `CAST(${ofInterval?.(x) ?? x} AS BIGINT)`;
    return `CAST(${ofTime(wallClock(call, x, type))} AS BIGINT)`;
  });

const day = field(
  (x) => `day(${x})`,
  (x) => `((${x}) // 86400000)`,
);
const dayOfWeek = field((x) => `isodow(${x})`);
const dayOfYear = field((x) => `dayofyear(${x})`);
const week = field((x) => `weekofyear(${x})`);
const yearOfWeek = field((x) => `isoyear(${x})`);

export const fields: Family = {
  date: mixed((call) => {
    const [x = ""] = call.args;
    const [type] = call.types;
    if (type?.kind !== "varchar") return `CAST(${wallClock(call, x, type)} AS DATE)`;
    const parse = (text: string): number => {
      const days = parseDate(text);
      if (days === undefined)
        throw errorAt(undefined, "INVALID_CAST_ARGUMENT", `Value cannot be cast to date: ${text}`);
      return days;
    };
    return invoke(call, "date", call.types, date, parse, [x]);
  }),
  day,
  day_of_month: day,
  day_of_week: dayOfWeek,
  day_of_year: dayOfYear,
  dow: dayOfWeek,
  doy: dayOfYear,
  hour: field(
    (x) => `hour(${x})`,
    (x) => `(((${x}) % 86400000) // 3600000)`,
  ),
  last_day_of_month: mixed((call) => `last_day(${wallClock(call, call.args[0] ?? "", call.types[0])})`),
  millisecond: field(
    (x) => `(millisecond(${x}) % 1000)`,
    (x) => `((${x}) % 1000)`,
  ),
  minute: field(
    (x) => `minute(${x})`,
    (x) => `(((${x}) % 3600000) // 60000)`,
  ),
  month: field(
    (x) => `month(${x})`,
    (x) => `((${x}) % 12)`,
  ),
  quarter: field((x) => `quarter(${x})`),
  second: field(
    (x) => `second(${x})`,
    (x) => `(((${x}) % 60000) // 1000)`,
  ),
  to_milliseconds: mixed(({ args: [x = ""] }) => x),
  week,
  week_of_year: week,
  year: field(
    (x) => `year(${x})`,
    (x) => `((${x}) // 12)`,
  ),
  year_of_week: yearOfWeek,
  yow: yearOfWeek,
};
