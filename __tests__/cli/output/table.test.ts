import { describe, expect, it } from "vitest";
import { formatTable } from "../../../cli/output/table";
import type { QueryColumn, Row } from "../../../local/lake/index";

const columns = (types: Record<string, string>): QueryColumn[] =>
  Object.entries(types).map(([name, type]) => ({ name, type }));

const table = (types: Record<string, string>, rows: Row[], width?: number) =>
  formatTable({ columns: columns(types), rows }, { width });

describe("a result on a terminal", () => {
  it("is a table with numbers to the right, point above point, and times without empty milliseconds", () => {
    const rows = [
      { sensor_id: "sensor-001", average: 23.456789, readings: 7, at: "2024-01-15 10:30:00.000" },
      { sensor_id: "sensor-2", average: 5.5, readings: 1200, at: "2024-01-15 10:31:00.000" },
    ];
    expect(
      table({ sensor_id: "varchar", average: "double", readings: "bigint", at: "timestamp" }, rows),
    ).toBe(
      [
        "┌────────────┬─────────┬──────────┬─────────────────────┐",
        "│ sensor_id  │ average │ readings │ at                  │",
        "├────────────┼─────────┼──────────┼─────────────────────┤",
        "│ sensor-001 │ 23.4568 │        7 │ 2024-01-15 10:30:00 │",
        "│ sensor-2   │  5.5000 │     1200 │ 2024-01-15 10:31:00 │",
        "└────────────┴─────────┴──────────┴─────────────────────┘",
      ].join("\n"),
    );
  });

  it("fits the width by cutting the longest text, never a number or a time", () => {
    const row = {
      note: "a".repeat(60),
      path: "b".repeat(30),
      value: 123456789.25,
      at: "2024-01-15 10:30:00.250",
    };
    const types = { note: "varchar", path: "varchar", value: "double", at: "timestamp" };
    const lines = table(types, [row], 80).split("\n");
    expect(lines.every((line) => line.length === 80)).toBe(true);
    expect(lines[3]).toContain("aa…");
    expect(lines[3]).toContain("bb…");
    expect(lines[3]).toContain("123456789.25");
    expect(lines[3]).toContain("2024-01-15 10:30:00.250");
  });

  it("has a line for each value where a terminal is too narrow for the columns", () => {
    const types = { sensor_id: "varchar", temperature: "double", location: "varchar", at: "timestamp" };
    const row = {
      sensor_id: "sensor-001",
      temperature: 31.5,
      location: "warehouse-A",
      at: "2024-01-15 10:30:00.000",
    };
    expect(table(types, [row, { ...row, sensor_id: "sensor-002", location: "a\nb" }], 60)).toBe(
      [
        "── row 1",
        "sensor_id    sensor-001",
        "temperature  31.5",
        "location     warehouse-A",
        "at           2024-01-15 10:30:00",
        "── row 2",
        "sensor_id    sensor-002",
        "temperature  31.5",
        "location     a",
        "             b",
        "at           2024-01-15 10:30:00",
      ].join("\n"),
    );
  });

  it("keeps its columns when there are no rows", () => {
    expect(table({ sensor_id: "varchar" }, [])).toMatch(/sensor_id[\s\S]*\(no rows\)$/);
  });

  it("is nothing for a statement without columns", () => {
    expect(table({}, [])).toBe("");
  });

  it("tells NULL from an empty text", () => {
    expect(table({ a: "varchar", b: "double" }, [{ a: "", b: null }])).toMatch(/│ {3}│ NULL │/);
  });

  it("shows characters that a terminal would obey", () => {
    expect(table({ a: "varchar" }, [{ a: "x\u001b[31m\ty" }])).toContain("x\\u001b[31m\\ty");
  });

  it("keeps the lines of a text", () => {
    const lines = table({ a: "varchar", b: "bigint" }, [{ a: "one\nthree", b: 1 }]).split("\n");
    expect(lines.slice(3, 5)).toEqual(["│ one   │ 1 │", "│ three │   │"]);
  });

  it("writes very small numbers in full", () => {
    expect(table({ a: "double" }, [{ a: 1e-9 }, { a: 2.5 }])).toContain("1e-9");
  });

  it("counts characters of double width as two", () => {
    const lines = table({ a: "varchar", b: "bigint" }, [{ a: "倉庫", b: 1 }]).split("\n");
    expect(lines[3]).toBe("│ 倉庫 │ 1 │");
    expect(lines[1]).toBe("│ a    │ b │");
  });
});
