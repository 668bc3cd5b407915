import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Lake, openLake } from "../../../local/lake";
import { lakeOf } from "../reading/cases";

describe("INSERT INTO a table of lines", () => {
  let lake: Lake;
  let remove: () => Promise<void>;
  beforeAll(async () => {
    const made = await lakeOf([{ path: "lake/t/x", text: "" }], (path) => path);
    remove = made.remove;
    lake = await openLake({ tables: [] }, made.folder);
  });
  afterAll(async () => {
    lake.close();
    await remove();
  });

  const create = (name: string, storage: string, properties: string) =>
    lake.query(
      `CREATE EXTERNAL TABLE ${name} (n int, title string, tags array<string>) ${storage} LOCATION 's3://lake/${name}/' ${properties}`,
    );
  const delimited =
    "ROW FORMAT DELIMITED FIELDS TERMINATED BY ',' ESCAPED BY '\\\\' COLLECTION ITEMS TERMINATED BY '|'";

  it.each([
    ["delimited", delimited],
    ["json", "ROW FORMAT SERDE 'org.openx.data.jsonserde.JsonSerDe'"],
  ])("whose first line is skipped loses no row: %s", async (name, storage) => {
    await create(name, storage, "TBLPROPERTIES ('skip.header.line.count' = '1')");
    await lake.query(`INSERT INTO ${name} VALUES (1, 'a', ARRAY['x']), (2, 'b', NULL)`);
    expect((await lake.query(`SELECT n, title FROM ${name} ORDER BY n`)).rows).toEqual([
      { n: 1, title: "a" },
      { n: 2, title: "b" },
    ]);
  });

  it.each([
    [
      "'skip.header.line.count' = '2'",
      "NOT_SUPPORTED: Inserting into Hive table with value of skip.header.line.count property greater than 1 is not supported",
    ],
    [
      "'skip.footer.line.count' = '1'",
      "NOT_SUPPORTED: Inserting into Hive table with skip.footer.line.count property not supported",
    ],
  ])("is refused with %s", async (property, sentence) => {
    const name = property.includes("footer") ? "footer" : "two";
    await create(name, delimited, `TBLPROPERTIES (${property})`);
    await expect(lake.query(`INSERT INTO ${name} VALUES (1, 'a', NULL)`)).rejects.toThrow(sentence);
  });

  it("escapes what would be taken for a separator", async () => {
    await create("escaped", delimited, "");
    await lake.query(`INSERT INTO escaped VALUES (1, 'a,b|c\\d', ARRAY['x|y', 'z,'])`);
    expect((await lake.query("SELECT * FROM escaped")).rows).toEqual([
      { n: 1, title: "a,b|c\\d", tags: ["x|y", "z,"] },
    ]);
  });
});
