import { roundMicros } from "../../types/text/times";
import type { Type } from "../../types/types";
import { invalid } from "../errors";
import { type Family, javascript, plain } from "../implementation";
import type { Zoned } from "../javascript/values";
import { formatJoda, jodaParts, type Part, parseJoda } from "./joda";
import { mysqlParts } from "./mysql";

/** Parts of formats by their text: most statements have few. */
function kept(parse: (format: string) => Part[]): (format: string) => Part[] {
  const known = new Map<string, Part[]>();
  return (format) => {
    let parts = known.get(format);
    if (!parts) {
      parts = parse(format);
      if (known.size > 200) known.clear();
      known.set(format, parts);
    }
    return parts;
  };
}

const joda = kept(jodaParts);
const mysql = kept(mysqlParts);

/** A timestamp without a zone is formatted as it stands; formats have milliseconds, to which it is rounded. */
const asZoned = (value: bigint | Zoned): Zoned =>
  typeof value === "bigint"
    ? { instant: roundMicros(value, 3), zone: "UTC" }
    : { instant: roundMicros(value.instant, 3), zone: value.zone };

const isZoned = (type: Type | undefined): boolean => type?.kind === "timestamp with time zone";

export const formats: Family = {
  date_format: plain((value: bigint | Zoned, format: string) => formatJoda(mysql(format), asZoned(value))),
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
};
