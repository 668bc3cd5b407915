import { expect, it } from "vitest";
import { tablesNamed } from "../../local/lake/trino/parse/tables";

const lake = (table: string) => ({ database: "lake", table });
const other = (table: string) => ({ database: "other", table });

it.each([
  ["SELECT * FROM a JOIN other.b USING (id), UNNEST(ARRAY[1]) AS t(n)", { reads: [lake("a"), other("b")] }],
  [
    'INSERT INTO hourly SELECT * FROM (SELECT x FROM "Other"."Readings") AS s',
    { reads: [other("readings")], writes: lake("hourly") },
  ],
  [
    "WITH recent AS (SELECT * FROM a) SELECT * FROM recent WHERE x IN (SELECT y FROM c)",
    { reads: [lake("a"), lake("c")] },
  ],
  ["SELECT 'FROM nothing' AS x -- FROM nobody\nFROM a /* JOIN none */", { reads: [lake("a")] }],
  ["INSERT INTO a SELECT * FROM a", { reads: [], writes: lake("a") }],
  ["INSERT INTO other.a SELECT * FROM Lake.A, a", { reads: [lake("a")], writes: other("a") }],
  ["SELECT * FROM awsdatacatalog.other.a", { reads: [other("a")] }],
  [
    "WITH a AS (SELECT * FROM a) SELECT * FROM a JOIN other.a AS b USING (id)",
    { reads: [lake("a"), other("a")] },
  ],
  ["WITH RECURSIVE a(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM a) SELECT * FROM a", { reads: [] }],
  ["SELECT * FROM (WITH a AS (SELECT 1) SELECT * FROM a), a", { reads: [lake("a")] }],
])("%s", (sql, named) => {
  expect(tablesNamed(sql, "lake")).toEqual(named);
});
