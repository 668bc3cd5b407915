import { UsageError } from "@streaming-data-lake/command";
import { describe, expect, it } from "vitest";
import {
  bindParameters,
  executionParameter,
  parameterNames,
  parseParameter,
} from "../../../cli/query/parameters";

const bind = (sql: string, given: Record<string, string | number | boolean | null> = {}) =>
  bindParameters(sql, new Map(Object.entries(given)));

describe("the parameters of a statement", () => {
  it("are :names, given as values in the order of their places", () => {
    expect(bind("SELECT :a, :b WHERE x = :a", { b: 2, a: "one" })).toEqual({
      sql: "SELECT ?, ? WHERE x = ?",
      values: ["one", 2, "one"],
    });
  });

  it("are a prepared statement's ?, named by the comment before", () => {
    expect(bind("WHERE temperature > /* threshold */ ?", { threshold: 28 })).toEqual({
      sql: "WHERE temperature > ?",
      values: [28],
    });
  });

  it("have the name of a comment only just before them", () => {
    expect(bind("SELECT /* a */ 1, :b /* c */, /* d */\n ?", { b: 1, d: 2 })).toEqual({
      sql: "SELECT /* a */ 1, ? /* c */, ?",
      values: [1, 2],
    });
  });

  it.each([
    "SELECT ':a', '?', 'it''s :b'",
    'SELECT ":a", "?"',
    "SHOW COLUMNS IN `a?b:c`",
    "ALTER TABLE t SET TBLPROPERTIES ('a' = 'it\\'s ? :b')",
    "SELECT /* a */ 1",
    "SELECT 1 -- :a ?\n",
    "SELECT /* :a ? */ 1",
    "SELECT a::varchar",
    "SELECT x[1:2]",
  ])("are not what stands in %s", (sql) => {
    expect(bind(sql)).toEqual({ sql, values: [] });
  });

  it.each(["PREPARE p FROM SELECT * FROM t WHERE id = ?", "-- by id\nprepare p FROM SELECT /* a */ ?"])(
    "are left to EXECUTE in %s",
    (sql) => {
      expect(bind(sql)).toEqual({ sql, values: [] });
      expect(() => bind(sql, { a: 1 })).toThrow('no parameter "a"');
    },
  );

  it("are listed once each", () => {
    expect(parameterNames("SELECT :b, :a, :b, /* c */ ?")).toEqual(["b", "a", "c"]);
  });

  it("that are missing are named", () => {
    expect(() => bind("SELECT :a, :b", { b: 1 })).toThrow(new UsageError("the statement needs --param a=…"));
  });

  it("that are given and not there are named", () => {
    expect(() => bind("SELECT :a", { a: 1, c: 1 })).toThrow('no parameter "c"; it has a');
  });

  it("need a name", () => {
    expect(() => bind("SELECT ?")).toThrow("write :name instead");
  });
});

describe("a value given as text", () => {
  it.each([
    ["28", 28],
    ["-1.5", -1.5],
    ["true", true],
    ["NULL", null],
    ["warehouse-A", "warehouse-A"],
    ["007", "007"],
    ["'28'", "28"],
    ["'it''s'", "it's"],
    ["", ""],
  ])("%s is %j", (text, value) => {
    expect(parseParameter(text)).toBe(value);
  });

  it("goes to Athena as a literal", () => {
    expect([28, true, null, "it's"].map(executionParameter)).toEqual(["28", "true", "null", "'it''s'"]);
  });
});
