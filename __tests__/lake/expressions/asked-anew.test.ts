import { describe, expect, it } from "vitest";
import { recordedLake } from "./recorded-lake";

const { answer, rows, nameOf } = recordedLake();

describe("A division", () => {
  it("by 0 is NULL where the dividend is, and fails where it is not", async () => {
    expect(
      await rows("SELECT x / y, x % y, x / DECIMAL '0.0' FROM (VALUES (CAST(NULL AS bigint), 0)) t(x, y)"),
    ).toEqual([[null, null, null]]);
    expect(await nameOf("SELECT x / y FROM (VALUES (1, 0)) t(x, y)")).toBe("DIVISION_BY_ZERO");
  });
});

describe("LIKE", () => {
  it("takes patterns of rows, whatever characters they have", async () => {
    expect(await rows("SELECT 'a-b/c.d' LIKE x FROM (VALUES 'a-b/%', 'a-b_c.d', 'a-b/c_e') t(x)")).toEqual([
      [true],
      [true],
      [false],
    ]);
  });
});

describe("A time zone", () => {
  it.each(["utc", "europe/madrid", "EUROPE/MADRID", "PST", "Etc/Zulu", "+1:30"])(
    "is known by its exact name alone, and %s is none",
    async (zone) => {
      const sql = `SELECT at_timezone(TIMESTAMP '2024-01-01 00:00 UTC', '${zone}')`;
      expect(await nameOf(sql)).toBe("INVALID_FUNCTION_ARGUMENT");
    },
  );

  it("of Etc counts its hours the other way round", async () => {
    expect(await rows("SELECT at_timezone(TIMESTAMP '2024-01-01 00:00 UTC', 'Etc/GMT+5')")).toEqual([
      ["2023-12-31 19:00:00.000 -05:00"],
    ]);
  });
});

describe("IN and NOT IN a subquery of rows", () => {
  it("take NULL inside of a row for a value like others", async () => {
    expect(
      await rows(
        "SELECT (1, NULL) IN (VALUES (1, NULL)), (1, 2) IN (VALUES (1, NULL)), (1, 2) NOT IN (VALUES (1, NULL))",
      ),
    ).toEqual([[true, false, true]]);
  });
});

describe("The keys of a map that an aggregate gathers", () => {
  it("come in the order of their hashes, and in that of the rows where these are in groups", async () => {
    const from = "FROM UNNEST(sequence(1, 6)) t(x)";
    expect(await rows(`SELECT map_keys(map_agg(x, x)) ${from}`)).toEqual([[[4, 3, 2, 1, 5, 6]]]);
    expect(await rows(`SELECT map_keys(map_agg(x, x)) ${from} GROUP BY x % 2 ORDER BY x % 2`)).toEqual([
      [[2, 4, 6]],
      [[1, 3, 5]],
    ]);
  });
});

describe("A cast", () => {
  it("of a decimal to JSON has an exponent where more than six zeros would follow the point", async () => {
    const cast = (text: string) => `json_format(CAST(DECIMAL '${text}' AS json))`;
    const texts = ["0.0000012", "0.00000012", "0.0000000", "-0.00000000000000000000000000000000000001"];
    expect(await rows(`SELECT ${texts.map(cast).join(", ")}`)).toEqual([
      ["0.0000012", "1.2E-7", "0E-7", "-1E-38"],
    ]);
  });

  it("of JSON to a short varchar fails for a long text alone", async () => {
    expect(
      await rows(`SELECT CAST(JSON 'null' AS varchar(3)), TRY_CAST(JSON '{"a":1}' AS varchar(3))`),
    ).toEqual([[null, null]]);
    expect(await nameOf("SELECT TRY_CAST(JSON '12345' AS varchar(3))")).toBe("GENERIC_INTERNAL_ERROR");
  });
});

describe("A condition of constants that fails", () => {
  it.each([
    "1 IN (2, 1 / 0)",
    "nullif(1, 1 / 0) = 1",
    "1 / 0 BETWEEN 1 AND 2",
    "1 BETWEEN 1 / 0 AND 2",
    "IF(1 / 0 = 1, true)",
    "coalesce(1 / 0 = 1, true)",
    "true AND 1 / 0 = 1",
  ])("fails only for rows that it is evaluated for: %s", async (condition) => {
    const over = (x: string) => `FROM (VALUES ${x}) t(x)`;
    expect(await rows(`SELECT IF(x > 1, ${condition}, x = 1) ${over("1")}`)).toEqual([[true]]);
    expect(await rows(`SELECT TRY(IF(x > 1, ${condition}, x = 1)) ${over("1, 2")}`)).toEqual([
      [true],
      [null],
    ]);
    expect(await nameOf(`SELECT IF(x > 1, ${condition}, x = 1) ${over("1, 2")}`)).toBe("DIVISION_BY_ZERO");
  });
});

describe("A condition of a value that may be cast", () => {
  it("casts it in nullif and in CASE with an operand", async () => {
    const large = "DECIMAL '-99999999999999999999999999999999999999'";
    expect(await rows(`SELECT ${large} = 1.50`)).toEqual([[false]]);
    expect(await nameOf(`SELECT nullif(${large}, 1.50)`)).toBe("INVALID_CAST_ARGUMENT");
    expect(await nameOf(`SELECT CASE ${large} WHEN 1.50 THEN 1 END`)).toBe("INVALID_CAST_ARGUMENT");
  });
});

describe("An approximate aggregate", () => {
  it("takes no row with a NULL, and any error for booleans", async () => {
    expect(await rows("SELECT approx_most_frequent(5, 5, NULL), approx_distinct(true, 1e300)")).toEqual([
      [null, 1],
    ]);
    expect(await nameOf("SELECT approx_most_frequent(9223372036854775807, 5, 10)")).toBe(
      "GENERIC_INTERNAL_ERROR",
    );
  });
});

describe("ORDER BY", () => {
  it("fails for arrays and rows with a NULL in them", async () => {
    const over = (values: string) => `FROM (VALUES ${values}) t(x)`;
    expect(await nameOf(`SELECT x ${over("ARRAY[1, NULL], ARRAY[1, 5]")} ORDER BY x`)).toBe("NOT_SUPPORTED");
    expect(await nameOf(`SELECT rank() OVER (ORDER BY ROW(x)) ${over("1, NULL")}`)).toBe("NOT_SUPPORTED");
    expect(await rows(`SELECT x ${over("ARRAY[2], ARRAY[1, 5], NULL")} ORDER BY x`)).toEqual([
      [[1, 5]],
      [[2]],
      [null],
    ]);
  });
});

describe("A name of a column", () => {
  it("is qualified by no more than what FROM names", async () => {
    expect(await rows("SELECT lake.region.regionkey FROM lake.region LIMIT 1")).toEqual([[0]]);
    expect(await nameOf("SELECT lake.region.regionkey FROM region")).toBe("COLUMN_NOT_FOUND");
    expect(await nameOf("SELECT awsdatacatalog.lake.region.name FROM lake.region")).toBe("COLUMN_NOT_FOUND");
  });
});

describe("An error", () => {
  it("of a lambda with too many parameters is shown at the lambda", async () => {
    expect(await answer("SELECT transform(ARRAY[1], (x, y) -> x)")).toMatchObject({
      error: { name: "INVALID_PARAMETER_USAGE", line: 1, column: 28 },
    });
  });

  it("of a recursion's step is shown at the step", async () => {
    const answered = await answer(
      "WITH RECURSIVE t(s) AS (SELECT 'a' UNION ALL SELECT s || 'b' FROM t WHERE length(s) < 3) SELECT * FROM t",
    );
    expect(answered).toMatchObject({ error: { name: "TYPE_MISMATCH", line: 1, column: 46 } });
  });

  it("of a select item that GROUP BY names by its position is shown at the item", async () => {
    const answered = await answer(
      "SELECT ntile(4) OVER (ORDER BY regionkey), count(*) FROM region GROUP BY 1",
    );
    expect(answered).toMatchObject({ error: { name: "EXPRESSION_NOT_SCALAR", line: 1, column: 8 } });
  });
});

describe("A statement that asks for much", () => {
  const milliseconds = async (sql: string): Promise<number> => {
    const started = performance.now();
    await answer(sql);
    return performance.now() - started;
  };

  it("may be a union of 500 scans, which are read once", async () => {
    const union = Array.from({ length: 500 }, () => "SELECT id FROM events").join(" UNION ALL ");
    const answered = await answer(union);
    expect("rows" in answered && answered.rows.length).toBe(25_500);
  });

  it("may nest 20 calls", async () => {
    const nested = `${"replace(lower(".repeat(20)}name${"), 'a', 'b')".repeat(20)}`;
    expect(await milliseconds(`SELECT ${nested} FROM region`)).toBeLessThan(5_000);
  });

  it("is stopped where a regular expression has no end, and the lake goes on", async () => {
    const endless = `SELECT regexp_like('${"a".repeat(40)}b', '(a+)+$')`;
    expect(await nameOf(endless)).toBe("EXCEEDED_TIME_LIMIT");
    expect(await nameOf(`SELECT try(regexp_like('${"a".repeat(40)}b', '(a+)+$'))`)).toBe(
      "EXCEEDED_TIME_LIMIT",
    );
    expect(await milliseconds(endless)).toBeLessThan(5_000);
    expect(await rows("SELECT regexp_like('aab', '(a+)+b')")).toEqual([[true]]);
  });
});
