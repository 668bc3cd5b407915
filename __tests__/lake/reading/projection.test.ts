import { describe, expect, it } from "vitest";
import { isProjected, projectedValues } from "../../../local/lake/reading/projection";
import type { GlueTable } from "../../../terraform/types";

type Parameters = Readonly<Record<string, string>>;

const now = new Date("2026-03-31T10:20:30.400Z");

/** The values of a key `k`, given its parameters without their prefix. */
function values(parameters: Parameters, type = "string", name = "k") {
  const entries = Object.entries(parameters).map(([key, value]) => [`projection.${name}.${key}`, value]);
  const table = { name: "t", parameters: Object.fromEntries(entries) } as unknown as GlueTable;
  return projectedValues(table, { name, type }, now);
}

const failed = "Column projection for column 'k' of table t failed. ";
const integers = (more: Parameters, type?: string) => values({ type: "integer", ...more }, type);
const dates = (range: string, more: Parameters = {}, type?: string) =>
  values({ type: "date", format: "yyyy-MM-dd", range, ...more }, type);

// https://docs.aws.amazon.com/athena/latest/ug/partition-projection-setting-up.html
describe("a table is projected", () => {
  it.each([
    ["true", true],
    [" TRUE ", true],
    ["false", false],
    ["", false],
    ["trues", false],
  ])("when projection.enabled is %j: %s", (enabled, is) => {
    const table = { parameters: { "projection.enabled": enabled } } as unknown as GlueTable;
    expect(isProjected(table)).toBe(is);
  });

  it("not without the parameter", () => {
    expect(isProjected({ parameters: {} } as unknown as GlueTable)).toBe(false);
  });
});

// https://docs.aws.amazon.com/athena/latest/ug/partition-projection-supported-types.html
describe("a partition key", () => {
  it("has parameters whose names and type are not case-sensitive", () => {
    const parameters = { "Projection.K.Type": " ENUM ", "PROJECTION.k.VALUES": "a" };
    const table = { name: "t", parameters } as unknown as GlueTable;
    expect(projectedValues(table, { name: "K", type: "string" }, now)).toEqual(["a"]);
  });

  it("is refused with Athena's code", () => {
    expect(() => values({})).toThrow(expect.objectContaining({ code: "INVALID_COLUMN_PROPERTY" }));
  });

  it.each([
    [{}, "Missing required property: 'projection.k.type'"],
    [{ type: "list" }, `Property 'projection.k.type' is "list", and must be enum, integer, date or injected`],
    [{ type: "enum" }, "Missing required property: 'projection.k.values'"],
    [{ type: "integer" }, "Missing required property: 'projection.k.range'"],
    [{ type: "date", range: "NOW,NOW" }, "Missing required property: 'projection.k.format'"],
    [{ type: "date", format: "yyyy" }, "Missing required property: 'projection.k.range'"],
  ])("is refused with what it lacks: %j", (parameters, sentence) => {
    expect(() => values(parameters)).toThrow(failed + sentence);
  });

  it.each([
    ["enum", "string varchar(5) char(2) VARCHAR", "int date xstring stringx xchar"],
    ["integer", "string varchar(5) char(2) int integer BIGINT", "date double xint intx bigints"],
    ["date", "string varchar(5) char(2) date TIMESTAMP", "int dates xdate timestamps"],
    ["injected", "string varchar(5) char(2) bigint date timestamp", "int dates xdate xbigint bigints"],
  ])("of projection %s may be of the types %s and not of %s", (kind, allowed, others) => {
    const needed = {
      enum: { values: "a" },
      integer: { range: "1,2" },
      date: { range: "NOW,NOW", format: "yyyy-MM-dd" },
    };
    const more = { type: kind, ...(kind in needed ? needed[kind as keyof typeof needed] : {}) };
    for (const type of allowed.split(" ")) expect(() => values(more, type)).not.toThrow();
    for (const type of others.split(" "))
      expect(() => values(more, type)).toThrow(`${failed}Unsupported column type: ${type}`);
  });

  it("that is injected has the values of the statement", () => {
    expect(values({ type: "injected" })).toBe("injected");
  });

  it("that is an enum has its values once each, with their blanks", () => {
    expect(values({ type: "enum", values: "b,a, a,,b" })).toEqual(["b", "a", " a"]);
  });
});

describe("integers", () => {
  it.each([
    [{ range: "0,3" }, "0 1 2 3"],
    [{ range: " -1 , +1 " }, "-1 0 1"],
    [{ range: "5,5", interval: "1" }, "5"],
    [{ range: "0,1", digits: " 2 " }, "00 01"],
    [{ range: "5,4" }, ""],
    [{ range: "0,10", interval: "5" }, "0 5 10"],
    [{ range: "0,9", interval: " 5 " }, "0 5"],
    [{ range: "9,11", digits: "3" }, "009 010 011"],
    [{ range: "-10,-9", digits: "3" }, "-10 -09"],
    [{ range: "999,1000", digits: "3" }, "999 1000"],
    [{ range: "12345678901234567890,12345678901234567891" }, "12345678901234567890 12345678901234567891"],
  ])("are a range: %j", (parameters, expected) => {
    expect(integers(parameters)).toEqual(expected.split(" ").filter(Boolean));
  });

  const range = (given: string) =>
    `Property: 'projection.k.range' needs to be a list of 2 whole numbers, and is "${given}"`;
  const digits = (given: string) =>
    `Property 'projection.k.digits' is "${given}", which is not a whole number of 1 or more`;
  const interval = (given: string) =>
    `Property 'projection.k.interval' is "${given}", which is not a whole number of 1 or more`;

  it.each([
    [{ range: "1" }, range("1")],
    [{ range: "1,2,3" }, range("1,2,3")],
    [{ range: "a,2" }, range("a,2")],
    [{ range: "1,2x" }, range("1,2x")],
    [{ range: "x1,2" }, range("x1,2")],
    [{ range: "1,x2" }, range("1,x2")],
    [{ range: "1x,2" }, range("1x,2")],
    [{ range: "1,2", digits: "0" }, digits("0")],
    [{ range: "1,2", digits: "x" }, digits("x")],
    [{ range: "1,2", interval: "0" }, interval("0")],
    [{ range: "1,2", interval: "-1" }, interval("-1")],
    [{ range: "1,2", interval: "1x" }, interval("1x")],
    [{ range: "1,2", interval: "x1" }, interval("x1")],
    [{ range: "0,1000002" }, "The range has 1000002 values, more than 1000000: take a shorter one"],
  ])("are refused: %j", (parameters, sentence) => {
    expect(() => integers(parameters)).toThrow(failed + sentence);
  });

  it("may be a million, and more with a longer interval", () => {
    expect(integers({ range: "1,1000000" })).toHaveLength(1_000_000);
    expect(integers({ range: "0,10000000", interval: "1000" })).toHaveLength(10_001);
  });
});

describe("dates", () => {
  it.each([
    ["2026-01-30,2026-02-02", {}, "2026-01-30 2026-01-31 2026-02-01 2026-02-02"],
    [" 2026-01-30 , 2026-01-31 ", {}, "2026-01-30 2026-01-31"],
    ["NOW-2DAYS,NOW", {}, "2026-03-29 2026-03-30 2026-03-31"],
    ["now - 1 day , Now + 1 Days", {}, "2026-03-30 2026-03-31 2026-04-01"],
    ["NOW,NOW", {}, "2026-03-31"],
    ["NOW-24HOURS,NOW", {}, "2026-03-30 2026-03-31"],
    ["NOW-1440MINUTES,NOW", {}, "2026-03-30 2026-03-31"],
    ["NOW-86400SECONDS,NOW", {}, "2026-03-30 2026-03-31"],
    ["NOW-1WEEK,NOW", { interval: "7", "interval.unit": "DAYS" }, "2026-03-24 2026-03-31"],
    ["NOW-2WEEKS,NOW", { "interval.unit": " weeks " }, "2026-03-17 2026-03-24 2026-03-31"],
    ["NOW-1MONTH,NOW", { "interval.unit": "MONTH" }, "2026-02-28 2026-03-28"],
    ["NOW-1YEAR,NOW", { "interval.unit": "YEARS" }, "2025-03-31 2026-03-31"],
    ["2024-02-29,2026-03-01", { "interval.unit": "YEAR" }, "2024-02-29 2025-02-28 2026-02-28"],
    ["2026-01-15,2026-03-15", { "interval.unit": "MONTHS" }, "2026-01-15 2026-02-15 2026-03-15"],
    ["2026-01-01,2026-01-10", { interval: "4" }, "2026-01-01 2026-01-05 2026-01-09"],
    ["NOW-3MONTHS,NOW", { format: "yyyy-MM" }, "2025-12 2026-01 2026-02 2026-03"],
    ["2025-11,2026-01", { format: "yyyy-MM" }, "2025-11 2025-12 2026-01"],
    ["NOW-1YEARS,NOW", { format: "yyyy", "interval.unit": "YEARS" }, "2025 2026"],
    [
      "2026-01-01-22,2026-01-02-01",
      { format: "yyyy-MM-dd-HH", "interval.unit": "HOURS" },
      "2026-01-01-22 2026-01-01-23 2026-01-02-00 2026-01-02-01",
    ],
    [
      "NOW-20SECONDS,NOW",
      { format: "HH:mm:ss", interval: "10", "interval.unit": "SECONDS" },
      "10:20:10 10:20:20 10:20:30",
    ],
    ["NOW-2MINUTES,NOW", { format: "HH:mm", "interval.unit": "MINUTE" }, "10:18 10:19 10:20"],
    ["2026-01-01,2026-01-02", { format: "yyyy-MM-dd'T'" }, undefined],
    ["2026-01-01T,2026-01-02T", { format: "yyyy-MM-dd'T'" }, "2026-01-01T 2026-01-02T"],
    ["2026-01-01,2026-01-02", { format: "yyyy-MM", "interval.unit": "DAY" }, undefined],
    ["2026-01,2026-02", { format: "yyyy-MM", "interval.unit": "DAYS", interval: "10" }, "2026-01"],
  ] as const)("are a range: %s, %j", (range, more, expected) => {
    if (expected === undefined)
      expect(() => dates(range, more)).toThrow("needs to be a list of 2 valid dates");
    else expect(dates(range, more)).toEqual(expected.split(" "));
  });

  it.each([
    "2026-01-01",
    "2026-01-01,2026-01-02,2026-01-03",
    "2026-01-02,2026-01-01",
    "2026-01-01,2026-01-01",
    "2026-01-01,",
    "x,2026-01-01",
    "2026-01-01,x",
    "NOW,2026-01-01",
    "2026-13-01,NOW",
    "NOW-1,NOW",
    "NOW-1DAYSX,NOW",
    "XNOW,NOW",
    "NOW,NOW-1DAY",
    "NOW*1DAY,NOW",
  ])("are refused unless they are two that follow one another: %s", (range) => {
    expect(() => dates(range)).toThrow(
      `${failed}Property: 'projection.k.range' needs to be a list of 2 valid dates formatted as 'yyyy-MM-dd' or NOW[+|-]n[YEARS|MONTHS|WEEKS|DAYS|HOURS|MINUTES|SECONDS] that are sequential, and is "${range}"`,
    );
  });

  it.each([
    [{ format: "yyyy-QQ" }, `Property 'projection.k.format' is "yyyy-QQ", which is not a date format`],
    [
      { "interval.unit": "DECADES" },
      `Property 'projection.k.interval.unit' is "DECADES", and must be YEARS, MONTHS, WEEKS, DAYS, HOURS, MINUTES or SECONDS`,
    ],
    [{ interval: "0" }, `Property 'projection.k.interval' is "0", which is not a whole number of 1 or more`],
  ])("are refused: %j", (more, sentence) => {
    expect(() => dates("NOW-1DAY,NOW", more)).toThrow(failed + sentence);
  });

  it.each(["yyyy-MM-dd-HH", "yyyy-MM-dd HH:mm", "yyyy", "HH:mm:ss", "yyyy'-MM-dd'"])(
    "need a unit with a format that is not of days or months: %s",
    (format) => {
      expect(() => dates("NOW-1YEAR,NOW", { format })).toThrow(
        `${failed}Property: 'projection.k.interval.unit' needs to be set when the format is not of days or months`,
      );
    },
  );

  it("are a million at most", () => {
    const hourly = { format: "yyyy-MM-dd-HH", "interval.unit": "HOURS" };
    expect(() => dates("NOW-200YEARS,NOW", hourly)).toThrow(
      /The range has 17\d{5} values, more than 1000000/,
    );
    expect(dates("NOW-200YEARS,NOW", { ...hourly, interval: "1000" })).toHaveLength(1_754);
  });

  it("end with the last that the interval reaches", () => {
    expect(dates("2026-01-01,2026-01-04", { interval: "2" })).toEqual(["2026-01-01", "2026-01-03"]);
  });
});
