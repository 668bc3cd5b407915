import { expect, it } from "vitest";
import { emptyLake } from "./empty-lake";

const lake = emptyLake();

/** https://docs.aws.amazon.com/athena/latest/ug/querying-arrays.html */
it.each([
  ["ARRAY[1, NULL, 3]", "[1, null, 3]"],
  ["ARRAY['a b', 'c']", "[a b, c]"],
  ["MAP(ARRAY['k', 'l'], ARRAY[1.5, NULL])", "{k=1.5, l=null}"],
  ["CAST(ROW('Bob', 38) AS row(name varchar, age integer))", "{name=Bob, age=38}"],
  ["ROW(1, ARRAY[true])", "{field0=1, field1=[true]}"],
  ["X'68656c6c6f'", "68 65 6c 6c 6f"],
  ["X''", ""],
  ["1e10", "1.0E10"],
  ["2e0", "2.0"],
  ["REAL '0.1'", "0.1"],
  ["DECIMAL '1.50'", "1.50"],
  ["TIMESTAMP '2024-01-15 10:20:30'", "2024-01-15 10:20:30.000"],
  ["ARRAY[DATE '2024-01-15']", "[2024-01-15]"],
  ["9223372036854775807", "9223372036854775807"],
  ["true", "true"],
  ["JSON '{\"a\":1}'", '{"a":1}'],
])("%s is the text %s", async (sql, text) => {
  const { rows } = await lake.query(`SELECT ${sql} AS v, NULL AS n`, [], { values: "text" });
  expect(rows).toEqual([{ v: text, n: null }]);
});
