import { cp, readdir } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Database, openDatabase } from "../../local/lake/engine/database";
import { Engine } from "../../local/lake/engine/engine";
import { temporaryFolder } from "../support/folders";
import { LAKE_FOLDER, tables } from "./recorded/statements";

describe("statements that are no SELECT", () => {
  const folder = temporaryFolder();
  let database: Database;
  let engine: Engine;

  beforeAll(async () => {
    await cp(join(LAKE_FOLDER, "lake"), join(folder, "lake"), { recursive: true });
    database = await openDatabase(folder);
    const { connection } = database;
    engine = new Engine({ tables: tables(), lakeFolder: folder, now: () => new Date(), connection });
  });
  afterAll(async () => {
    database.close();
  });

  const rowsOf = async (sql: string) => (await engine.ask(sql)).rows;
  const refusal = async (sql: string): Promise<string> => {
    try {
      await engine.ask(sql);
      return "taken";
    } catch (error) {
      const { code, message } = error as { code?: string; message: string };
      return `${code}: ${message}`;
    }
  };

  describe("look around", () => {
    it("SHOW TABLES takes a pattern and its escape", async () => {
      expect(await rowsOf("SHOW TABLES IN lake LIKE 'sensor!_%' ESCAPE '!'")).toEqual([
        ["sensor_data"],
        ["sensor_hourly"],
      ]);
    });

    it("SHOW SCHEMAS lists the databases, as Athena does without information_schema", async () => {
      expect(await rowsOf("SHOW SCHEMAS")).toEqual([["default"], ["lake"]]);
    });

    it("DESCRIBE gives columns, types and what is of partitions, as tab-separated text", async () => {
      const rows = (await rowsOf("DESCRIBE sensor_data")).map(([line]) => String(line).trimEnd());
      expect(rows).toContain("timestamp           \ttimestamp");
      expect(rows.slice(-4)).toEqual([
        "# Partition Information",
        "# col_name          \tdata_type           \tcomment",
        "",
        "dt                  \tstring",
      ]);
    });

    it("SHOW names a table or database that isn't there", async () => {
      expect(await refusal("SHOW COLUMNS FROM nosuch")).toBe(
        "HIVE_SEMANTIC_ERROR: FAILED: SemanticException [Error 10001]: Table not found nosuch",
      );
      expect(await refusal("SHOW TABLES IN nosuch")).toBe(
        "HIVE_SEMANTIC_ERROR: FAILED: SemanticException [Error 10072]: Database does not exist: nosuch",
      );
    });

    it("information_schema is asked and joined like any table", async () => {
      const counted = await rowsOf(
        "SELECT t.table_name, count(*) FROM information_schema.tables t JOIN information_schema.columns c ON c.table_name = t.table_name WHERE t.table_schema = 'lake' AND t.table_name IN ('nation', 'region') GROUP BY 1 ORDER BY 1",
      );
      expect(counted).toEqual([
        ["nation", 4],
        ["region", 3],
      ]);
      expect(await rowsOf("SELECT * FROM information_schema.views")).toEqual([]);
    });
  });

  describe("prepare", () => {
    it("EXECUTE puts its arguments in the place of the ?", async () => {
      await engine.ask(
        "PREPARE by_id FROM SELECT id, kind FROM events WHERE id = ? OR kind = ? ORDER BY id LIMIT 1",
      );
      expect(await rowsOf("EXECUTE by_id USING 1 + 1, 'nosuch'")).toEqual([[2, "click"]]);
      expect(await rowsOf("EXECUTE IMMEDIATE 'SELECT ? || ?' USING 'a', 'b'")).toEqual([["ab"]]);
    });

    it("counts the arguments", async () => {
      expect(await refusal("EXECUTE by_id USING 1")).toBe(
        "INVALID_PARAMETER_USAGE: line 1:1: Incorrect number of parameters: expected 2 but found 1",
      );
      expect(await refusal("SELECT ?")).toBe(
        "INVALID_PARAMETER_USAGE: line 1:1: Incorrect number of parameters: expected 1 but found 0",
      );
    });

    it("forgets what is deallocated", async () => {
      await engine.ask("DEALLOCATE PREPARE by_id");
      expect(await refusal("EXECUTE by_id USING 1, 2")).toBe(
        "NOT_FOUND: Prepared statement not found: by_id",
      );
    });
  });

  describe("INSERT INTO", () => {
    it("coerces values, and leaves columns out of the list NULL", async () => {
      expect(
        await rowsOf("INSERT INTO sensors (calibration, sensor_id) VALUES (1, 'new'), (2.5, 'other')"),
      ).toEqual([[2]]);
      expect(await rowsOf("SELECT * FROM sensors WHERE calibration IN (1e0, 2.5e0) ORDER BY 1")).toEqual([
        ["new", null, null, null, 1],
        ["other", null, null, null, 2.5],
      ]);
    });

    it("writes nested values into the partitions that the rows name", async () => {
      await engine.ask("INSERT INTO events SELECT * FROM events WHERE id = 1");
      const [one, other] = await rowsOf(
        "SELECT id, tags, attrs, nested, amount, dt FROM events WHERE id = 1",
      );
      expect(other).toEqual(one);
    });

    it("leaves nothing behind where it fails", async () => {
      const values =
        "SELECT 'a', 1, 2, localtimestamp, 'x', CAST(n AS varchar) FROM UNNEST(sequence(1, 101)) t(n)";
      expect(await refusal(`INSERT INTO sensor_data ${values}`)).toMatch(/^HIVE_TOO_MANY_OPEN_PARTITIONS/);
      expect(await readdir(join(folder, "lake/sensor_data"))).toHaveLength(3);
      expect(await readdir(join(folder, ".pending"))).toEqual([]);
    });

    it("casts numbers and times to their columns, and cuts blanks off texts", async () => {
      await engine.ask("INSERT INTO region VALUES (1.5, 'named   ' || rpad('', 40, ' '), 'x')");
      expect(await rowsOf("SELECT * FROM region WHERE name LIKE 'named%'")).toEqual([
        [2, `named${" ".repeat(20)}`, "x"],
      ]);
      expect(await refusal("INSERT INTO region (name) VALUES 'a name of more than 25 characters'")).toBe(
        "INVALID_CAST_ARGUMENT: Cannot truncate non-space characters when casting from varchar(33) to varchar(25) on INSERT",
      );
    });

    it.each([
      [
        "INSERT INTO nosuch VALUES 1",
        "TABLE_NOT_FOUND: line 1:1: Table 'awsdatacatalog.lake.nosuch' does not exist",
      ],
      [
        "INSERT INTO region (nosuch) VALUES 1",
        "COLUMN_NOT_FOUND: line 1:1: Insert column name does not exist in target table: nosuch",
      ],
      [
        "INSERT INTO region (name, name) VALUES ('a', 'b')",
        "DUPLICATE_COLUMN_NAME: line 1:1: Insert column name is specified more than once: name",
      ],
      [
        "INSERT INTO region (name) VALUES 1",
        "TYPE_MISMATCH: line 1:1: Insert query has mismatched column types: Table: [varchar(25)], Query: [integer]",
      ],
      ["INSERT INTO region SELECT nosuch", "COLUMN_NOT_FOUND: line 1:27: Column 'nosuch' cannot be resolved"],
    ])("refuses %s", async (sql, message) => {
      expect(await refusal(sql)).toBe(message);
    });
  });

  it("TABLE(sequence) counts in both directions", async () => {
    expect(
      await rowsOf("SELECT * FROM TABLE(sequence(start => 10, stop => 1, step => -3)) ORDER BY 1"),
    ).toEqual([[1], [4], [7], [10]]);
    expect(await refusal("SELECT * FROM TABLE(sequence(5, 1))")).toBe(
      "INVALID_FUNCTION_ARGUMENT: Step must be negative for sequence [5, 1]",
    );
    expect(await refusal("SELECT * FROM TABLE(sequence(start => 5))")).toBe(
      "MISSING_ARGUMENT: line 1:21: Missing argument: STOP",
    );
  });
});
