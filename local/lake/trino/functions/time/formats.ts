import { cached } from "../../../cached";
import { quoteText } from "../../../quote";
import { daysOf } from "../../types/text/calendar";
import { modulo, roundMicros } from "../../types/text/times";
import type { Type } from "../../types/types";
import { check, invalid } from "../errors";
import { type EmittedCall, type Family, javascript, mixed, plain } from "../implementation";
import type { Zoned } from "../javascript/values";
import { formatJoda, jodaParts, parseJoda } from "./joda";
import { mysqlParts, strftimeFormat } from "./mysql";
import { teradataParts } from "./teradata";

const joda = cached((pattern: string) => {
  check(pattern !== "", "Invalid pattern specification: Pattern is null or empty");
  return jodaParts(pattern);
});
const mysql = cached((format: string) => {
  check(format !== "", "Both printing and parsing not supported");
  return mysqlParts(format);
});

const teradata = cached((format: string) => {
  check(format !== "", "Both printing and parsing not supported");
  return teradataParts(format);
});
const parseTeradata = (text: string, format: string): bigint =>
  parseJoda(teradata(format), text, "UTC").instant;

/** A timestamp without a zone is formatted as it is. It is rounded to milliseconds, the precision of formats. */
const asZoned = (value: bigint | Zoned): Zoned =>
  typeof value === "bigint"
    ? { instant: roundMicros(value, 3), zone: "UTC" }
    : { instant: roundMicros(value.instant, 3), zone: value.zone };

const isZoned = (type: Type | undefined): boolean => type?.kind === "timestamp with time zone";

const formatMysql = plain((value: bigint | Zoned, format: string) =>
  formatJoda(mysql(format), asZoned(value)),
);

/** DuckDB formats years as Joda-Time does from 1 to 9999. */
function dateFormat(call: EmittedCall): string {
  const { args, types } = call;
  const [value = ""] = args;
  const [type] = types;
  const format = call.literal(1);
  const native = format === undefined || format === "" ? undefined : strftimeFormat(format);
  if (native === undefined || type?.kind !== "timestamp" || type.precision > 3) return formatMysql.emit(call);
  const known = `${value} >= TIMESTAMP '0001-01-01' AND ${value} < TIMESTAMP '10000-01-01'`;
  return `CASE WHEN ${known} THEN strftime(${value}, ${quoteText(native)}) ELSE ${formatMysql.emit(call)} END`;
}

export const timeFormatting: Family = {
  date_format: mixed(dateFormat),
  date_parse: plain((text: string, format: string) => parseJoda(mysql(format), text, "UTC").instant),
  format_datetime: javascript(({ types }) => {
    const zoned = isZoned(types[0]);
    return (value: bigint | Zoned, format: string) => {
      const parts = joda(format);
      if (!zoned && parts.some((part) => part.kind === "field" && "zZ".includes(part.letter)))
        throw invalid(
          "format_datetime for TIMESTAMP type, cannot use 'Z' nor 'z' in format, as this type does not contain TZ information",
        );
      return formatJoda(parts, asZoned(value));
    };
  }),
  parse_datetime: javascript(
    ({ context: { session } }) =>
      (text: string, format: string) =>
        parseJoda(joda(format), text, session.zone),
  ),
  // to_char truncates to milliseconds, whereas format_datetime rounds.
  to_char: plain(({ instant, zone }: Zoned, format: string) =>
    formatJoda(teradata(format), asZoned({ instant: instant - modulo(instant, 1000n), zone })),
  ),
  to_date: plain((text: string, format: string) => daysOf(parseTeradata(text, format))),
  to_timestamp: plain(parseTeradata),
};
