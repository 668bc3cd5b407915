import { describe, expect, it } from "vitest";
import { isEnded, splitStatements } from "../../../local/lake/script";

describe("a script", () => {
  it("is parted at the semicolons between its statements", () => {
    expect(splitStatements("SELECT 1;\n\nSELECT 2;\n")).toEqual(["SELECT 1", "SELECT 2"]);
  });

  it("is not parted in texts, quoted names and comments", () => {
    const statements = [
      "SELECT 'a;''b;'",
      'SELECT 1 AS "a;""b"',
      "CREATE EXTERNAL TABLE `a;b` (c int)",
      "SELECT 1 -- one; two\n+ 2",
      "SELECT /* ; */ 3",
    ];
    expect(splitStatements(statements.join(";\n"))).toEqual(statements);
  });

  it("is not parted in texts of Athena's DDL, where a backslash keeps a quote from ending them", () => {
    const statements = [
      `CREATE EXTERNAL TABLE a (b string) ROW FORMAT SERDE 'x' WITH SERDEPROPERTIES ("quoteChar" = "\\"", 'c' = '\\';')`,
      `-- a table\nALTER TABLE a SET TBLPROPERTIES ('d' = 'it\\'s; ')`,
      "SELECT split('a\\b', '\\')",
      "SELECT 1",
    ];
    expect(splitStatements(statements.join(";\n"))).toEqual(statements);
  });

  it("has no statement of comments alone", () => {
    expect(splitStatements("-- first\nSELECT 1; -- one\n; /* none */ ;SELECT 2; -- the end")).toEqual([
      "-- first\nSELECT 1",
      "SELECT 2",
    ]);
  });

  it("of one statement or none is left as it is, with its lines", () => {
    for (const script of ["\n\nSELECT 1;\n", "", "-- nothing", ";"])
      expect(splitStatements(script)).toEqual([script]);
  });
});

describe("what is typed", () => {
  it.each(["SELECT 1;", "SELECT 1;  ", "SELECT 1; -- done", "SELECT 1; SELECT 2;"])(
    "has ended with %j",
    (text) => {
      expect(isEnded(text)).toBe(true);
    },
  );

  it.each(["SELECT 1", "SELECT ';", "SELECT 1 -- ;", "SELECT 1; SELECT"])("goes on after %j", (text) => {
    expect(isEnded(text)).toBe(false);
  });
});
