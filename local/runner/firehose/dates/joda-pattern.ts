import { jodaParts, parseJoda } from "@streaming-data-lake/lake/trino/functions/time/joda";

/**
 * Parses texts by a pattern of Joda-Time, which Firehose's `timestamp_formats` and Hive's `timestamp.formats` use.
 *
 * https://www.joda.org/joda-time/apidocs/org/joda/time/format/DateTimeFormat.html
 */
export type JodaParser = (text: string) => number | undefined;

/**
 * @returns a function that parses a text to milliseconds since 1970, in UTC unless the text has a zone; it returns
 *   undefined for a text that does not fit.
 * @throws Error for an unsupported pattern.
 */
export function jodaParser(pattern: string): JodaParser {
  if (pattern === "") throw new Error("the pattern is empty");
  // A year of two digits lies between 80 years before and 19 years after the current year.
  const since = new Date().getUTCFullYear() - 80;
  // Joda-Time has no letter X, but Firehose reads it as an offset.
  const parts = jodaParts(pattern, "X").map((part) =>
    part.kind === "text"
      ? part
      : part.letter === "X"
        ? { ...part, letter: "Z", count: 1 }
        : { ...part, since },
  );
  return (text) => {
    try {
      return Number(parseJoda(parts, text, "UTC").instant / 1000n);
    } catch {
      return undefined;
    }
  };
}
