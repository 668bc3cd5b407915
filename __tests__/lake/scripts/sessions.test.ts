import { spawnSync } from "node:child_process";
import { mkdir, readdir, writeFile } from "node:fs/promises";
import { hostname } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type Lake, openLake } from "../../../local/lake";
import { temporaryFolder } from "../../support/folders";

let folder: string;
let lake: Lake;
beforeEach(async () => {
  folder = temporaryFolder();
  lake = await openLake({ tables: [] }, folder, { now: () => new Date("2024-03-02T12:00:00Z") });
});
afterEach(async () => {
  lake.close();
});

const put = async (path: string, text: string) => {
  await mkdir(dirname(join(folder, path)), { recursive: true });
  await writeFile(join(folder, path), text);
};

const rowsOf = async (sql: string) => (await lake.query(sql)).rows.map((row) => Object.values(row));
const linesOf = async (sql: string) => (await rowsOf(sql)).map((row) => String(row[0]));
const refusalOf = (sql: string) =>
  lake.query(sql).then(
    () => "taken",
    (error: Error) => error.message.split("\n\n")[0],
  );

describe("a table made by a query", () => {
  it("has columns of any name, beside lists and maps whose items are made anew", async () => {
    await lake.query(
      `CREATE TABLE odd WITH (partitioned_by = ARRAY['path']) AS
       SELECT ARRAY['x'] AS list, MAP(ARRAY['k'], ARRAY['v']) AS map, 1 AS e, 2 AS key, 3 AS value, 4 AS lake_object,
         5 AS one, 6 AS filename, 'p/1' AS path`,
    );
    expect(await rowsOf("SELECT * FROM odd")).toEqual([[["x"], { k: "v" }, 1, 2, 3, 4, 5, 6, "p/1"]]);
  });

  it("takes timestamps of milliseconds alone, and says how they are had", async () => {
    expect(await refusalOf("CREATE TABLE t AS SELECT TIMESTAMP '2024-01-15 10:00:00' AS at")).toBe(
      "NOT_SUPPORTED: Incorrect timestamp precision for timestamp(0); the configured precision is MILLISECONDS; CAST(… AS timestamp(3))",
    );
  });
});

describe("SHOW CREATE TABLE", () => {
  it("is a statement that makes the same table again, backslashes and quotes too", async () => {
    await lake.query(
      String.raw`CREATE EXTERNAL TABLE first (a string COMMENT 'it\'s a \\') ROW FORMAT SERDE 'org.apache.hadoop.hive.serde2.RegexSerDe'
      WITH SERDEPROPERTIES ("input.regex" = "(\\S+) \"\\d\" '.*'") LOCATION 's3://b/x/'`,
    );
    await lake.query(
      String.raw`CREATE EXTERNAL TABLE second (a string) ROW FORMAT DELIMITED FIELDS TERMINATED BY '\t' ESCAPED BY '\\' NULL DEFINED AS '\\N' LOCATION 's3://b/x/'`,
    );
    for (const name of ["first", "second"]) {
      const made = await linesOf(`SHOW CREATE TABLE ${name}`);
      await lake.query(`DROP TABLE ${name}`);
      await lake.query(made.join("\n"));
      expect(await linesOf(`SHOW CREATE TABLE ${name}`)).toEqual(made);
    }
  });
});

describe("partitions", () => {
  it("are added with values of their keys' types alone, as Hive checks them", async () => {
    await lake.query("CREATE EXTERNAL TABLE t (a int) PARTITIONED BY (dt date, n int) LOCATION 's3://b/t/'");
    expect(await refusalOf("ALTER TABLE t ADD PARTITION (dt = '2024-13-45', n = 1)")).toContain(
      "[Error 10248]: Cannot add partition column dt of type string as it cannot be converted to type date",
    );
    expect(await refusalOf("ALTER TABLE t ADD PARTITION (dt = '2024-01-15', n = 'x')")).toContain(
      "[Error 10248]: Cannot add partition column n of type string as it cannot be converted to type int",
    );
    await lake.query("ALTER TABLE t ADD PARTITION (dt = '2024-01-15', n = 1)");
    expect(
      await refusalOf(
        "ALTER TABLE t PARTITION (dt = '2024-01-15', n = 1) RENAME TO PARTITION (dt = 'x', n = 1)",
      ),
    ).toContain("[Error 10248]");
    expect(await linesOf("SHOW PARTITIONS t")).toEqual(["dt=2024-01-15/n=1"]);
  });

  it("that are written and that a projection leaves out are told", async () => {
    await lake.query(
      `CREATE EXTERNAL TABLE p (a int) PARTITIONED BY (dt string) STORED AS PARQUET LOCATION 's3://b/p/'
       TBLPROPERTIES ('projection.enabled' = 'true', 'projection.dt.type' = 'date', 'projection.dt.format' = 'yyyy-MM-dd',
       'projection.dt.range' = '2024-01-01,NOW')`,
    );
    const notesOf = async (sql: string) => (await lake.query(sql)).statistics.notes;
    expect(await notesOf("INSERT INTO p VALUES (1, '2024-02-01')")).toEqual([]);
    expect(await notesOf("INSERT INTO p VALUES (2, '2024-02-01'), (3, '2031-01-01'), (4, NULL)")).toEqual([
      "table default.p does not project dt=__HIVE_DEFAULT_PARTITION__, dt=2031-01-01: queries do not see the rows that were written there",
    ]);
    expect(await rowsOf("SELECT count(*) FROM p")).toEqual([[2]]);
  });
});

describe("views", () => {
  beforeEach(() => lake.query("CREATE VIEW v AS SELECT 1 AS one"));

  it("take no rows, whatever the rows are", async () => {
    expect(await refusalOf("INSERT INTO v VALUES ('a', 2)")).toBe(
      "NOT_SUPPORTED: line 1:1: Inserting into views is not supported",
    );
  });

  it("are not made of a query with parameters, since their text is kept", async () => {
    await lake.query("PREPARE p FROM CREATE VIEW w AS SELECT one FROM v WHERE one = ?");
    expect(await refusalOf("EXECUTE p USING 1")).toContain(
      "NOT_SUPPORTED: line 1:1: A view has no parameters",
    );
    expect(await linesOf("SHOW VIEWS")).toEqual(["v"]);
  });
});

describe("EXPLAIN ANALYZE", () => {
  it("shows the plan, without the statement in DuckDB's words and the files of this machine", async () => {
    const text = (await linesOf("EXPLAIN ANALYZE SELECT count(*) FROM (VALUES 1, 2) AS t(a)")).join("\n");
    expect(text).toContain("Total Time");
    expect(text).not.toContain("EXPLAIN ANALYZE SELECT");
  });
});

describe("what is known from elsewhere is refused with what would be right", () => {
  it.each([
    ["INSERT INTO TABLE t VALUES (1)", "INSERT INTO name"],
    ["INSERT OVERWRITE t SELECT 1", "rows are only added: INSERT INTO, or a new table by CREATE TABLE … AS"],
    ["SELECT a FROM t LIMIT 1, 2", "OFFSET m LIMIT n"],
    ["SELECT * FROM t LATERAL VIEW explode(a) x AS y", "CROSS JOIN UNNEST(array) AS t(item)"],
    ["SELECT now() - INTERVAL '1 day'", "the unit stands outside of the text: INTERVAL '1' DAY"],
    ["ALTER TABLE t ADD COLUMN a int", "columns are added by ADD COLUMNS (name type)"],
    ["SELECT * FROM t", "the database default has no tables"],
  ])("%s", async (sql, hint) => {
    expect(await refusalOf(sql)).toMatch(new RegExp(`; ${hint.replace(/[().]/g, "\\$&")}$`));
  });

  it.each(["CREATE EXTERNAL TABLE t (id int NOT NULL) LOCATION 's3://b/t/'", "DROP TABLE t USING x"])(
    "a word that stands in no name's place is called no name: %s",
    async (sql) => {
      expect(await refusalOf(sql)).not.toContain("backquotes");
    },
  );

  it("a number of rows that is NULL is refused", async () => {
    expect(await refusalOf("EXECUTE IMMEDIATE 'SELECT 1 AS a LIMIT ?' USING NULL")).toMatch(
      /^INVALID_ARGUMENTS: .*Parameter value provided for LIMIT is NULL: null$/,
    );
  });

  it("a column that is not there is named in lower case, as Trino names it", async () => {
    expect(await refusalOf("SELECT a FROM (VALUES 1) AS t(a) GROUP BY NoThing")).toBe(
      "COLUMN_NOT_FOUND: line 1:43: Column 'nothing' cannot be resolved",
    );
  });

  it("rows fewer than none are refused where a parameter gives them", async () => {
    expect(await refusalOf("EXECUTE IMMEDIATE 'SELECT 1 AS a LIMIT ?' USING -1")).toContain(
      "NUMERIC_VALUE_OUT_OF_RANGE: line 1:49: LIMIT row count must be greater or equal to 0 (actual value: -1)",
    );
  });
});

describe("the objects of logs", () => {
  it("are read by a regular expression in double quotes, with quotes inside", async () => {
    await put("b/logs/a.log", '10.0.0.1 - ann [10/Oct/2000:13:55:36 -0700] "GET / HTTP/1.0" 200\n');
    await lake.query(
      String.raw`CREATE EXTERNAL TABLE logs (ip string, who string, at string, request string, status int)
      ROW FORMAT SERDE 'org.apache.hadoop.hive.serde2.RegexSerDe'
      WITH SERDEPROPERTIES ("input.regex" = "^(\\S+) \\S+ (\\S+) \\[([^\\]]+)\\] \"([^\"]*)\" (\\d+)$") LOCATION 's3://b/logs/'`,
    );
    expect(await rowsOf("SELECT ip, who, request, status FROM logs")).toEqual([
      ["10.0.0.1", "ann", "GET / HTTP/1.0", 200],
    ]);
  });
});

describe("a disk that takes nothing", () => {
  const big = "SELECT x AS a, CAST(uuid() AS varchar) AS b FROM UNNEST(sequence(1, 9000)) AS t(x)";

  /** What is no folder takes no objects, as a disk that is full or read-only takes none. */
  const refuseObjects = () => put(".pending", "no folder");

  it.each([
    `CREATE TABLE t AS ${big}`,
    `UNLOAD (${big}) TO 's3://b/u/' WITH (format = 'JSON')`,
    `UNLOAD (${big}) TO 's3://b/u/' WITH (format = 'PARQUET')`,
  ])("fails a statement with a sentence: %s", async (sql) => {
    await refuseObjects();
    expect(await refusalOf(sql)).toMatch(/^HIVE_FILESYSTEM_ERROR: .*\.pending: .*\(E\w+\)$/);
    expect(await linesOf("SHOW TABLES")).toEqual([]);
  });

  it.each(["JSON", "TEXTFILE"])("fails a statement that is writing %s, and nothing else", async (format) => {
    const sql = `UNLOAD (${big}) TO 's3://b/u/' WITH (format = '${format}')`;
    // Too long for a file's name: it is told when the file is opened, while lines are written.
    const failed = lake.query(sql, [], { executionId: "x".repeat(300) });
    await expect(failed).rejects.toThrow(/^HIVE_FILESYSTEM_ERROR: .*: name too long \(ENAMETOOLONG\)$/);
    expect(await readdir(join(folder, ".pending"))).toEqual([]);
    expect(await rowsOf("SELECT 1")).toEqual([[1]]);
  });

  it("fails a change of the catalog with a sentence", async () => {
    await put(".catalog", "no folder");
    expect(await refusalOf("CREATE DATABASE d")).toMatch(
      /^HIVE_FILESYSTEM_ERROR: .*\.catalog: not a directory \(ENOTDIR\)$/,
    );
  });
});

describe("objects that a killed process has left unfinished", () => {
  it("are removed by the next statement that writes, and those of running processes are not", async () => {
    const left = spawnSync(process.execPath, ["--eval", ""]).pid;
    const name = (pid: number) => `.pending/${hostname()}.${pid}.00000000-0000-4000-8000-000000000000`;
    await put(`${name(left)}/p=1/half.parquet`, "half");
    await put(`${name(process.ppid)}/p=1/half.parquet`, "half");
    await lake.query("CREATE TABLE t AS SELECT 1 AS a");
    expect(await readdir(join(folder, ".pending"))).toEqual([name(process.ppid).slice(".pending/".length)]);
  });
});

describe("the keys of a map that a text is split into", () => {
  it.each([
    ["split_to_map('b:2,a:1,c:3,zz:1,aa:4', ',', ':')", ["a", "b", "c", "zz", "aa"]],
    ["split_to_multimap('b:2,a:1,b:3', ',', ':')", ["a", "b"]],
  ])("are in Trino's order: %s", async (map, keys) => {
    expect(await rowsOf(`SELECT map_keys(${map})`)).toEqual([[keys]]);
  });
});

describe("statements at once that write to one place", () => {
  const rows = "SELECT x AS a, 1 AS p FROM UNNEST(sequence(1, 9000)) AS t(x)";

  /** What two lakes over one folder say, the refusal where there is one. */
  const both = async (first: string, second: string) => {
    const other = await openLake({ tables: [] }, folder);
    try {
      const said = await Promise.allSettled([lake.query(first), other.query(second)]);
      return said.map((one) => (one.status === "rejected" ? String(one.reason.message) : "taken")).sort();
    } finally {
      other.close();
    }
  };

  it("CREATE TABLE AS of one name makes it once, with its own rows alone", async () => {
    const sql = `CREATE TABLE t WITH (external_location = 's3://b/t/', partitioned_by = ARRAY['p']) AS ${rows}`;
    expect(await both(sql, sql)).toEqual([
      expect.stringMatching(/^(?:TABLE|HIVE_PATH)_ALREADY_EXISTS/),
      "taken",
    ]);
    expect(await rowsOf("SELECT count(*) FROM t")).toEqual([[9000]]);
  });

  it("UNLOAD leaves the objects of one of them", async () => {
    const unloading = (query: string) => `UNLOAD (${query}) TO 's3://b/u/' WITH (format = 'JSON')`;
    expect(await both(unloading(rows), unloading("SELECT 1 AS a"))).toEqual([
      expect.stringMatching(/^HIVE_PATH_ALREADY_EXISTS/),
      "taken",
    ]);
    expect(await readdir(join(folder, "b/u"))).toHaveLength(1);
  });
});
