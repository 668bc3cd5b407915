import { describe, expect, it } from "vitest";
import { recordedLake } from "./recorded-lake";

const { rows, answer, nameOf } = recordedLake();

/** Expressions over rows of the columns x and y. */
const over = (values: string, expressions: string): Promise<unknown> =>
  rows(`SELECT ${expressions} FROM (VALUES ${values}) AS t(x, y)`);

describe("a quotient of decimals", () => {
  it("is rounded half away from zero", async () => {
    expect(
      await over(
        "(DECIMAL '1.00', DECIMAL '8.00'), (DECIMAL '-1.00', DECIMAL '8.00'), (DECIMAL '1.00', DECIMAL '-9.00')",
        "x / y",
      ),
    ).toEqual([["0.13"], ["-0.13"], ["-0.11"]]);
  });

  it("is the same for small and large numbers of one type", async () => {
    const wide = (text: string) => `CAST(DECIMAL '${text}' AS decimal(38,2))`;
    const values = `(${wide("1.00")}, ${wide("8.00")}), (${wide("99999999999999.99")}, ${wide("3.00")}), (${wide("123456789012345678901234567890.12")}, ${wide("7.00")})`;
    expect(await over(values, "x / y")).toEqual([
      ["0.13"],
      ["33333333333333.33"],
      ["17636684144620811271604938270.02"],
    ]);
  });

  it("of sums is their quotient", async () => {
    const sums = "SELECT sum(x) / sum(y), sum(x) * 100 / sum(y), avg(x) / avg(y) FROM";
    expect(
      await rows(
        `${sums} (VALUES (DECIMAL '1.50', DECIMAL '3.00'), (DECIMAL '0.50', DECIMAL '4.00')) AS t(x, y)`,
      ),
    ).toEqual([["0.29", "28.57", "0.29"]]);
  });
});

describe("a division", () => {
  it("by zero fails, and is NULL where an operand is", async () => {
    expect(await nameOf("SELECT regionkey / (regionkey - regionkey) FROM region")).toBe("DIVISION_BY_ZERO");
    expect(await nameOf("SELECT CAST(regionkey AS decimal(5,2)) / (regionkey - regionkey) FROM region")).toBe(
      "DIVISION_BY_ZERO",
    );
    expect(
      await over("(CAST(NULL AS integer), 0), (1, CAST(NULL AS integer)), (7, 2)", "x / y, x % y"),
    ).toEqual([
      [null, null],
      [null, null],
      [3, 1],
    ]);
  });

  it("fails on its left before its right operand is NULL", async () => {
    const divided = "(x / 0) / y";
    expect(await nameOf(`SELECT ${divided} FROM (VALUES (1, CAST(NULL AS integer))) AS t(x, y)`)).toBe(
      "DIVISION_BY_ZERO",
    );
  });

  it("fails only where it is evaluated, though it occurs twice", async () => {
    expect(await over("(1, 0), (2, 1)", "coalesce(x, 10 / y), coalesce(x + 1, 10 / y)")).toEqual([
      [1, 2],
      [2, 3],
    ]);
    expect(await over("(1, 0)", "TRY(x / y), TRY(2 * x / y), x % (y + 1), x / (y + 1)")).toEqual([
      [null, null, 0, 1],
    ]);
  });

  it("may be one of 100 in a row", { timeout: 20_000 }, async () => {
    const chain = (level: number): string =>
      level === 0 ? "1000000" : `${chain(level - 1)} / (regionkey + 1)`;
    expect(await rows(`SELECT ${chain(100)} FROM region`)).toEqual([[1000000], [0], [0], [0], [0]]);
    const nested = (level: number): string => (level === 0 ? "x" : `(7 / ${nested(level - 1)})`);
    expect(await rows(`SELECT ${nested(50)} FROM (VALUES 3, 4) AS t(x)`)).toEqual([[3], [7]]);
  });

  it("may be one of 500 in a SELECT", { timeout: 20_000 }, async () => {
    const items = Array.from({ length: 500 }, (_, index) => `${index} / (regionkey + 1)`);
    expect(await answer(`SELECT ${items.join(", ")} FROM region`)).toMatchObject({ rows: { length: 5 } });
  });
});

describe("a number's cast to a decimal", () => {
  it("is rounded half away from zero", async () => {
    expect(
      await over("(DECIMAL '1.25', DECIMAL '-1.25')", "CAST(x AS decimal(2,1)), CAST(y AS decimal(2,1))"),
    ).toEqual([["1.3", "-1.3"]]);
  });

  it("fails where it does not fit, and TRY_CAST makes it NULL", async () => {
    const cast = (how: string, type: string) => `${how}(x AS ${type}) FROM (VALUES 99, 100) AS t(x)`;
    expect(await answer(`SELECT ${cast("CAST", "decimal(3,1)")}`)).toMatchObject({
      error: { name: "INVALID_CAST_ARGUMENT", message: "Cannot cast INTEGER '100' to DECIMAL(3, 1)" },
    });
    expect(await rows(`SELECT ${cast("TRY_CAST", "decimal(3,1)")}`)).toEqual([["99.0"], [null]]);
  });

  it("of a date that is no date fails only where it is evaluated", async () => {
    expect(await rows("SELECT IF(regionkey > 100, CAST('2024-02-30' AS date)) FROM region")).toEqual(
      Array.from({ length: 5 }, () => [null]),
    );
    expect(await nameOf("SELECT CAST('2024-02-30' AS date) FROM region")).toBe("INVALID_CAST_ARGUMENT");
  });
});

describe("a sum of decimals", () => {
  it("in a recursive query may grow with each round", async () => {
    expect(
      await rows(
        `WITH RECURSIVE r(n, x) AS (
           SELECT 1, CAST(9 AS decimal(38,0))
           UNION ALL SELECT n + 1, x * 1000 FROM r WHERE n < 9)
         SELECT sum(x) / 3 FROM r`,
      ),
    ).toEqual([["3003003003003003003003003"]]);
  });

  it("fails where it has more than 38 digits", async () => {
    const large = "CAST('99999999999999999999999999999999999999' AS decimal(38,0))";
    expect(await nameOf(`SELECT sum(x) FROM (VALUES ${large}, ${large}) AS t(x)`)).toBe(
      "NUMERIC_VALUE_OUT_OF_RANGE",
    );
    expect(await nameOf(`SELECT x + x FROM (VALUES ${large}) AS t(x)`)).toBe("NUMERIC_VALUE_OUT_OF_RANGE");
  });
});
