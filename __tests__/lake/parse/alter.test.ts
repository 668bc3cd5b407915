import { describe, expect, it } from "vitest";
import { parseHive } from "../../../local/lake/hive/parse";

const table = { kind: "AlterTable", name: { table: "t" } };

describe("ALTER is read as Hive's grammar has it", () => {
  it.each([
    ["ADD COLUMNS (a int)", { action: "add columns", columns: [{ name: "a", type: "int" }] }],
    [
      "ADD IF NOT EXISTS PARTITION (d = '1') LOCATION 's3://b/1/' PARTITION (d = 2)",
      {
        action: "add partitions",
        ifNotExists: true,
        partitions: [
          { spec: [{ key: "d", value: "1" }], location: "s3://b/1/" },
          { spec: [{ key: "d", value: "2" }] },
        ],
      },
    ],
    [
      "DROP IF EXISTS PARTITION (d != '1'), PARTITION (d >= '2', e = 'x')",
      {
        action: "drop partitions",
        ifExists: true,
        filters: [
          [{ key: "d", operator: "<>", value: "1" }],
          [
            { key: "d", operator: ">=", value: "2" },
            { key: "e", operator: "=", value: "x" },
          ],
        ],
      },
    ],
    [
      "PARTITION (d = '1') SET LOCATION 's3://b/p/'",
      { action: "set location", location: "s3://b/p/", partition: [{ key: "d", value: "1" }] },
    ],
    [
      "PARTITION (d = '1') RENAME TO PARTITION (d = '2')",
      { action: "rename partition", from: [{ key: "d", value: "1" }], to: [{ key: "d", value: "2" }] },
    ],
    [
      "REPLACE COLUMNS (a int COMMENT 'x', b string)",
      {
        action: "replace columns",
        columns: [
          { name: "a", type: "int", comment: "x" },
          { name: "b", type: "string" },
        ],
      },
    ],
    ["CHANGE a b int", { action: "change column", from: "a", to: { name: "b", type: "int" } }],
    [
      "CHANGE COLUMN a b int COMMENT 'c' FIRST",
      { action: "change column", from: "a", to: { name: "b", type: "int", comment: "c" }, place: "first" },
    ],
    [
      "CHANGE a b int AFTER c",
      { action: "change column", from: "a", to: { name: "b", type: "int" }, place: { after: "c" } },
    ],
    ["SET LOCATION 's3://b/p/'", { action: "set location", location: "s3://b/p/" }],
    ["SET TBLPROPERTIES ('k' = 'v')", { action: "set properties", properties: { k: "v" } }],
  ])("ALTER TABLE t %s", (change, parsed) => {
    expect(parseHive(`ALTER TABLE t ${change}`)).toStrictEqual({ ...table, ...parsed });
  });

  it("ALTER DATABASE sets properties", () => {
    expect(parseHive("ALTER DATABASE d SET DBPROPERTIES ('k' = 'v')")).toStrictEqual({
      kind: "AlterDatabase",
      name: "d",
      properties: { k: "v" },
    });
  });
});

describe("what ALTER TABLE does not take is refused at its place, with what would be right", () => {
  it.each([
    [
      "ADD COLUMN a int",
      "line 1:13: ALTER TABLE ADD COLUMN is not supported",
      "columns are added by ADD COLUMNS (name type)",
    ],
    ["ADD a", "line 1:19: mismatched input 'a'. Expecting: 'COLUMNS', 'IF', 'PARTITION'"],
    [
      "DROP COLUMN a",
      "line 1:13: ALTER TABLE DROP COLUMN is not supported",
      "REPLACE COLUMNS keeps the columns that it names",
    ],
    [
      "DROP COLUMNS (a)",
      "line 1:13: ALTER TABLE DROP COLUMN is not supported",
      "REPLACE COLUMNS keeps the columns that it names",
    ],
    ["DROP PARTITION (d LIKE 'x')", "line 1:33: mismatched input 'LIKE'. Expecting: '='"],
    [
      "PARTITION (d = '1') ADD COLUMNS (a int)",
      "line 1:13: a change of one partition's columns is not supported",
      "change the columns of the table",
    ],
    [
      "PARTITION (d = '1') REPLACE COLUMNS (a int)",
      "line 1:13: a change of one partition's columns is not supported",
      "change the columns of the table",
    ],
    [
      "PARTITION (d = '1') CHANGE a b int",
      "line 1:13: a change of one partition's columns is not supported",
      "change the columns of the table",
    ],
    ["SET a", "line 1:19: mismatched input 'a'. Expecting: 'LOCATION', 'TBLPROPERTIES'"],
    [
      "RENAME TO u",
      "line 1:13: ALTER TABLE RENAME TO is not supported",
      "create a table of the new name over the same location",
    ],
    [
      "a",
      "line 1:15: mismatched input 'a'. Expecting: 'ADD', 'CHANGE', 'DROP', 'PARTITION', 'REPLACE', 'SET'",
    ],
  ])("ALTER TABLE t %s", (change, message, hint = undefined) => {
    expect(() => parseHive(`ALTER TABLE t ${change}`)).toThrow(expect.objectContaining({ message, hint }));
  });
});
