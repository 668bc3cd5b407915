import { describe, expect, it } from "vitest";
import { formatWithJava } from "../../../local/lake/trino/functions/format/formatter";
import type { FormatValue } from "../../../local/lake/trino/functions/format/values";
import { formatJoda, jodaParts, parseJoda } from "../../../local/lake/trino/functions/time/joda";
import { mysqlParts } from "../../../local/lake/trino/functions/time/mysql";
import { formatZoned, parseTimestamp } from "../../../local/lake/trino/types/text/times";
import { instantOf } from "../../../local/lake/trino/types/text/zones";

const integer = (value: number): FormatValue => ({ kind: "integer", value: BigInt(value) });
const double = (value: number): FormatValue => ({
  kind: "double",
  value,
  single: false,
  text: String(value),
});
const decimal = (unscaled: bigint, scale: number): FormatValue => ({ kind: "decimal", unscaled, scale });
const text = (value: string): FormatValue => ({ kind: "text", text: value });

describe("format() writes as Java's Formatter", () => {
  it.each<[string, FormatValue[], string]>([
    ["%d|%5d|%-5d|%05d", [integer(7), integer(7), integer(7), integer(7)], "7|    7|7    |00007"],
    ["%,d %+d %(d", [integer(1_234_567), integer(5), integer(-5)], "1,234,567 +5 (5)"],
    ["%x %X %o %#x", [integer(255), integer(255), integer(8), integer(255)], "ff FF 10 0xff"],
    ["%x", [integer(-1)], "ffffffffffffffff"],
    ["%.2f %.0f %f", [double(0.125), double(2.5), double(1)], "0.13 3 1.000000"],
    ["%e %.1E %g", [double(12345.678), double(0.00012), double(0.0001)], "1.234568e+04 1.2E-04 0.000100000"],
    ["%,.2f %10.3f", [decimal(123456789n, 2), decimal(-1500n, 3)], "1,234,567.89     -1.500"],
    ["%s %S %.2s %-4s|", [text("ab"), text("ab"), text("abc"), text("x")], "ab AB ab x   |"],
    ["%b %b", [{ kind: "boolean", value: true }, null], "true false"],
    ["%2$s %1$s %<s %%%n", [text("a"), text("b")], "b a a %\n"],
    ["%s %d", [null, null], "null null"],
  ])("%s", (pattern, values, expected) => {
    expect(formatWithJava(pattern, values)).toBe(expected);
  });

  it("refuses a value of another kind, and one that is missing", () => {
    expect(() => formatWithJava("%d", [text("x")])).toThrow(
      "Invalid format string: %d (IllegalFormatConversion: d != java.lang.String)",
    );
    expect(() => formatWithJava("%s %s", [text("x")])).toThrow("MissingFormatArgument");
    // Whole numbers are longs, which are no characters.
    expect(() => formatWithJava("%c", [integer(65)])).toThrow("IllegalFormatConversion: c != java.lang.Long");
    expect(() => formatWithJava("%y", [text("x")])).toThrow("UnknownFormatConversion");
  });
});

const at = (written: string, zone = "UTC") => {
  const parsed = parseTimestamp(written);
  if (!parsed) throw new Error(`no timestamp: ${written}`);
  return { instant: BigInt(instantOf(zone, Number(parsed.micros / 1000n))) * 1000n, zone };
};

describe("A date in Joda's format", () => {
  it.each([
    ["yyyy-MM-dd'T'HH:mm:ss.SSSZZ", "2024-01-05T15:04:09.007+01:00"],
    ["EEEE, d MMMM yy", "Friday, 5 January 24"],
    ["E MMM d h:mm a", "Fri Jan 5 3:04 PM"],
    ["xxxx-'W'ww-e D", "2024-W01-5 5"],
    ["k K G C ''", "15 3 AD 20 '"],
    ["Z ZZZ", "+0100 Europe/Berlin"],
  ])("%s", (pattern, expected) => {
    expect(formatJoda(jodaParts(pattern), at("2024-01-05 15:04:09.007", "Europe/Berlin"))).toBe(expected);
  });

  it.each([
    ["yyyy-MM-dd HH:mm:ss", "2024-02-29 01:02:03", "2024-02-29 01:02:03.000 UTC"],
    ["d/M/yy", "5/3/69", "2069-03-05 00:00:00.000 UTC"],
    ["d/M/yy", "5/3/70", "1970-03-05 00:00:00.000 UTC"],
    ["MMM d", "Feb 29", "2000-02-29 00:00:00.000 UTC"],
    ["h:mm a", "12:30 AM", "1970-01-01 00:30:00.000 UTC"],
    ["yyyy-MM-dd'T'HH:mmZZ", "2024-07-01T12:00+02:00", "2024-07-01 12:00:00.000 +02:00"],
    ["xxxx-ww-e", "2024-01-1", "2024-01-01 00:00:00.000 UTC"],
    ["yyyyMMdd", "20240305", "2024-03-05 00:00:00.000 UTC"],
  ])("%s reads %s", (pattern, written, expected) => {
    const { instant, zone } = parseJoda(jodaParts(pattern), written, "UTC");
    expect(formatZoned(instant, zone, 3)).toBe(expected);
  });

  it("that a text doesn't follow is refused at the place", () => {
    const parse =
      (written: string, pattern = "yyyy-MM-dd") =>
      () =>
        parseJoda(jodaParts(pattern), written, "UTC");
    expect(parse("2024-01-05 x")).toThrow('Invalid format: "2024-01-05 x" is malformed at " x"');
    expect(parse("2024-01")).toThrow('Invalid format: "2024-01" is too short');
    expect(parse("2024-02-30")).toThrow("Value 30 for dayOfMonth must be in the range [1,29]");
    expect(parse("0 AM", "h a")).toThrow("Value 0 for clockhourOfHalfday must be in the range [1,12]");
    expect(parse("0:30", "k:mm")).toThrow("Value 0 for clockhourOfDay must be in the range [1,24]");
  });
});

describe("A date in MySQL's format", () => {
  it.each([
    ["%Y-%m-%d %H:%i:%s.%f", "2024-01-05 15:04:09.007000"],
    ["%W %a %M %b %e %c %j", "Friday Fri January Jan 5 1 005"],
    ["%r %T %l%p %k", "03:04:09 PM 15:04:09 3PM 15"],
    ["%x-%v %y %%", "2024-01 24 %"],
  ])("%s", (pattern, expected) => {
    expect(formatJoda(mysqlParts(pattern), at("2024-01-05 15:04:09.007"))).toBe(expected);
  });

  it("refuses the specifiers that Trino has not", () => {
    expect(() => mysqlParts("%U")).toThrow("%U not supported in date format string");
  });
});
