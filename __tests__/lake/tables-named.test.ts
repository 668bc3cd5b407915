import { expect, it } from "vitest";
import { tablesNamed } from "../../local/lake/trino/parse/tables";

it.each([
  ["SELECT * FROM a JOIN lake.b USING (id), UNNEST(ARRAY[1]) AS t(n)", { reads: ["a", "b"] }],
  [
    'INSERT INTO hourly SELECT * FROM (SELECT x FROM "Lake"."Readings") AS s',
    { reads: ["readings"], writes: "hourly" },
  ],
  [
    "WITH recent AS (SELECT * FROM a) SELECT * FROM recent WHERE x IN (SELECT y FROM c)",
    { reads: ["a", "c"] },
  ],
  ["SELECT 'FROM nothing' AS x -- FROM nobody\nFROM a /* JOIN none */", { reads: ["a"] }],
  ["INSERT INTO a SELECT * FROM a", { reads: [], writes: "a" }],
])("%s", (sql, named) => {
  expect(tablesNamed(sql)).toEqual(named);
});
