import { describe, expect, it } from "vitest";
import { formatOfFile } from "../../../cli/output/format-names";
import { format, writerOf } from "../../../cli/output/formats";
import { scanPrice } from "../../../local/lake/scan-price";

const result = {
  columns: [
    { name: "sensor_id", type: "varchar" },
    { name: "note", type: "varchar" },
    { name: "readings", type: "bigint" },
  ],
  rows: [
    { sensor_id: "sensor-001", note: 'says "hi", and |', readings: 7 },
    { sensor_id: "sensor-002", note: null, readings: 12 },
  ],
};

describe("an answer", () => {
  it("as json is one array of row objects", () => {
    expect(JSON.parse(format(result, "json", 80))).toEqual(result.rows);
  });

  it("as ndjson is one object a line", () => {
    expect(
      format(result, "ndjson", 80)
        .trimEnd()
        .split("\n")
        .map((line) => JSON.parse(line)),
    ).toEqual(result.rows);
    expect(format({ ...result, rows: [] }, "ndjson", 80)).toBe("");
  });

  it("as csv has a header, quotes where needed and nothing for NULL", () => {
    expect(format(result, "csv", 80)).toBe(
      'sensor_id,note,readings\nsensor-001,"says ""hi"", and |",7\nsensor-002,,12\n',
    );
  });

  it("as markdown is a table with numbers to the right", () => {
    expect(format(result, "markdown", 80)).toBe(
      [
        "| sensor_id | note | readings |",
        "| --- | --- | ---: |",
        '| sensor-001 | says "hi", and \\| | 7 |',
        "| sensor-002 |  | 12 |",
        "",
      ].join("\n"),
    );
  });

  it.each([
    ["a.json", "json"],
    ["a.ndjson", "ndjson"],
    ["a/b.csv", "csv"],
    ["a.md", "markdown"],
    ["a.txt", "table"],
    ["a", "table"],
  ])("takes its format from the file %s", (file, expected) => {
    expect(formatOfFile(file)).toBe(expected);
  });
});

describe("the price of a scan", () => {
  it("is Athena's: 5 USD a TB by the megabyte rounded up, 10 MB at least", () => {
    const megabyte = 1024 ** 2;
    expect(scanPrice(1024 * 1024 * megabyte)).toBe(5);
    expect(scanPrice(1)).toBe(scanPrice(10 * megabyte));
    expect(scanPrice(10 * megabyte + 1)).toBe(scanPrice(11 * megabyte));
  });
});

describe("an answer in parts", () => {
  it.each(["json", "ndjson", "csv", "markdown", "table"] as const)("as %s is the same as in one", (as) => {
    const writer = writerOf(as, 80);
    const begin = writer.begin(result.columns);
    const parts = result.rows.map((row) => writer.rows([row]));
    expect([begin, ...parts, writer.end()].join("")).toBe(format(result, as, 80));
  });

  it("as json without rows is an empty array", () => {
    expect(format({ ...result, rows: [] }, "json", 80)).toBe("[]\n");
  });
});
