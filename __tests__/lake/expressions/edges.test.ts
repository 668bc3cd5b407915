import { describe, expect, it } from "vitest";
import { recordedLake } from "./recorded-lake";

const { rows, nameOf } = recordedLake();

const most = "9".repeat(38);

describe("Decimals of 38 digits", () => {
  it("are added beyond 128 bits on the way to a sum that has 38 digits", async () => {
    const values = `VALUES DECIMAL '${most}', DECIMAL '${most}', DECIMAL '-${most}', DECIMAL '-5', NULL`;
    expect(await rows(`SELECT sum(x) FROM (${values}) t(x)`)).toEqual([[`${"9".repeat(37)}4`]]);
  });

  it("overflow in a sum of more digits", async () => {
    expect(await nameOf(`SELECT sum(x) FROM (VALUES DECIMAL '${most}', DECIMAL '1') t(x)`)).toBe(
      "NUMERIC_VALUE_OUT_OF_RANGE",
    );
  });

  it("have an average, also in a window", async () => {
    const values = `VALUES DECIMAL '${most}', DECIMAL '${"9".repeat(37)}8'`;
    expect(await rows(`SELECT avg(x) FROM (${values}) t(x)`)).toEqual([[most]]);
    expect(await rows(`SELECT avg(x) OVER (ORDER BY x) FROM (${values}) t(x)`)).toEqual([
      [`${"9".repeat(37)}8`],
      [most],
    ]);
  });

  it("of no rows have neither sum nor average", async () => {
    expect(await rows(`SELECT sum(x), avg(x) FROM (VALUES DECIMAL '${most}') t(x) WHERE x < 0`)).toEqual([
      [null, null],
    ]);
  });
});

describe("Exact numbers that have no room for the digits behind the point of what they are compared with", () => {
  it("are compared with a constant all the same, also in TRY", async () => {
    const values = `(VALUES DECIMAL '-${most}', DECIMAL '99', DECIMAL '100', NULL) t(x)`;
    expect(
      await rows(
        `SELECT x = 99.99, TRY(x <> 99.99), x < 99.99, 99.99 <= x, x IN (99.99), x IS DISTINCT FROM 99.99 FROM ${values}`,
      ),
    ).toEqual([
      [false, true, true, false, false, true],
      [false, true, true, false, false, true],
      [false, true, false, true, false, true],
      [null, null, null, null, null, true],
    ]);
    expect(await rows(`SELECT x = 99.00, x >= 99.00, x > -99.99, x <= -99.99 FROM ${values}`)).toEqual([
      [false, false, false, true],
      [true, true, true, false],
      [false, true, true, false],
      [null, null, null, null],
    ]);
    expect(await rows(`SELECT count(*) FROM ${values} WHERE x BETWEEN 0.5 AND 99.5`)).toEqual([[1]]);
  });

  it("fail beside a column, as a value of BETWEEN, and in a cast of fewer digits", async () => {
    const columns =
      "(SELECT CAST(regionkey AS decimal(38,0)) * DECIMAL '10000000000000000000000000000000000000' x, CAST(regionkey AS decimal(3,2)) y FROM region)";
    expect(await nameOf(`SELECT x > y FROM ${columns}`)).toBe("INVALID_CAST_ARGUMENT");
    expect(await nameOf(`SELECT x BETWEEN 0.5 AND 1.5 FROM ${columns}`)).toBe("INVALID_CAST_ARGUMENT");
    expect(await nameOf(`SELECT CAST(x AS decimal(4,2)) > 0.5 FROM ${columns}`)).toBe(
      "INVALID_CAST_ARGUMENT",
    );
  });
});

describe("A date out of the years 1 to 9999", () => {
  it("is written without a plus sign by casts, and with one in a result", async () => {
    expect(
      await rows(
        "SELECT DATE '12345-01-01', CAST(DATE '12345-01-01' AS varchar), CAST(DATE '12345-01-01' AS json), to_iso8601(DATE '12345-01-01')",
      ),
    ).toEqual([["+12345-01-01", "12345-01-01", '"12345-01-01"', "12345-01-01"]]);
  });

  it("of a year before 1 has a minus sign", async () => {
    expect(
      await rows(
        "SELECT CAST(d AS varchar), year(d) FROM (VALUES DATE '-0001-01-01', DATE '0000-12-31', DATE '0001-01-01') t(d) ORDER BY d",
      ),
    ).toEqual([
      ["-0001-01-01", -1],
      ["0000-12-31", 0],
      ["0001-01-01", 1],
    ]);
  });

  it("is reached by adding years that no timestamp has", async () => {
    expect(await rows("SELECT DATE '2024-02-29' + INTERVAL '5000001' YEAR")).toEqual([["+5002025-02-28"]]);
  });
});

describe("Dates and intervals beyond their types", () => {
  it.each([
    "date_add('day', 2147483647, DATE '2024-01-01')",
    "date_add('year', 2147483648, DATE '2024-01-01')",
    "DATE '2024-01-01' + INTERVAL '100000000' YEAR",
    "TIMESTAMP '2024-01-01 00:00:00 UTC' + INTERVAL '100000' YEAR",
    "TIMESTAMP '2024-01-01 00:00:00 UTC' - INTERVAL '100000000' DAY",
    "TIMESTAMP '2024-01-01 00:00:00' + INTERVAL '10000000' YEAR",
    "TIMESTAMP '2024-01-01 00:00:00' + INTERVAL '110000000' DAY",
    "TIMESTAMP '290000-01-10 04:00:54' + INTERVAL '4000000' DAY",
    "INTERVAL '178956970' YEAR + INTERVAL '178956970' YEAR",
    "INTERVAL '178956970' YEAR * 2",
    "INTERVAL '178956970' YEAR * -2e0",
    "INTERVAL '1' YEAR * infinity()",
  ])("fail, also in TRY: %s", async (expression) => {
    expect(await nameOf(`SELECT TRY(${expression})`)).toBe("GENERIC_INTERNAL_ERROR");
  });
});

describe("A timestamp and an interval of a row", () => {
  it("are added as far as there are timestamps", async () => {
    const from = "FROM region WHERE regionkey < 2 ORDER BY 1";
    expect(
      await rows(
        `SELECT TIMESTAMP '2024-01-31 10:20:30.5' + CAST(regionkey AS integer) * INTERVAL '1' MONTH, TIMESTAMP '2024-01-31 10:20:30.5 UTC' - regionkey * INTERVAL '1' DAY ${from}`,
      ),
    ).toEqual([
      ["2024-01-31 10:20:30.500", "2024-01-31 10:20:30.500 UTC"],
      ["2024-02-29 10:20:30.500", "2024-01-30 10:20:30.500 UTC"],
    ]);
    expect(
      await nameOf(
        `SELECT TRY(TIMESTAMP '2024-01-31 10:20:30' + regionkey * INTERVAL '110000000' DAY) ${from}`,
      ),
    ).toBe("GENERIC_INTERNAL_ERROR");
  });
});

describe("date_add beyond the range of a timestamp", () => {
  it("is NULL in TRY", async () => {
    expect(
      await rows(
        "SELECT TRY(date_add('month', x, TIMESTAMP '2024-01-01 00:00:00')), TRY(date_add('year', x, TIMESTAMP '2024-01-01 00:00:00 UTC')) FROM (VALUES 2147483648, 1) t(x)",
      ),
    ).toEqual([
      [null, null],
      ["2024-02-01 00:00:00.000", "2025-01-01 00:00:00.000 UTC"],
    ]);
  });
});

describe("slice", () => {
  it("of a length that overflows with its start has nothing", async () => {
    expect(
      await rows(
        "SELECT slice(ARRAY[1, 2], 1, 9223372036854775807), slice(ARRAY[1, 2], 1, 9223372036854775806)",
      ),
    ).toEqual([[[], [1, 2]]]);
  });
});

describe("Times with more than six digits", () => {
  it("are taken by functions, since the clock has no more", async () => {
    expect(
      await rows(
        "SELECT year(current_timestamp(9)) = year(current_date), typeof(date_add('day', 1, localtimestamp(12))), date_diff('day', current_timestamp(9), current_timestamp)",
      ),
    ).toEqual([[true, "timestamp(12)", 0]]);
  });

  it("are refused by the name of the function where it would make them", async () => {
    expect(await nameOf("SELECT from_unixtime_nanos(1)")).toBe("NOT_SUPPORTED");
  });
});

describe("An operand after one that is NULL", () => {
  const from =
    "(SELECT regionkey x, IF(regionkey <> 0, 1) y, IF(regionkey <> 0, ARRAY[1]) a FROM region WHERE regionkey = 0)";

  it.each([
    "y + 1 / x",
    "y = 1 / x",
    "1 / x > y",
    "y IN (1 / x, 5)",
    "y BETWEEN 1 / x AND 5",
    "power(y, 1 / x)",
    "element_at(a, 1 / x)",
    "a || (1 / x)",
    "concat(CAST(y AS varchar), 'a', CAST(1 / x AS varchar))",
    "CAST(y AS varchar) LIKE CAST(1 / x AS varchar)",
    "concat_ws(CAST(y AS varchar), CAST(1 / x AS varchar), 'a')",
    "concat_ws(CAST(y AS varchar), ARRAY[CAST(1 / x AS varchar)])",
    "concat_ws(NULL, CAST(1 / x AS varchar))",
    "1 / x IN (NULL, NULL)",
  ])("is not evaluated: %s", async (expression) => {
    expect(await rows(`SELECT ${expression} FROM ${from}`)).toEqual([[null]]);
  });

  it.each(["1 / x + y", "y > 1 / x", "concat(CAST(1 / x AS varchar), CAST(y AS varchar))"])(
    "is evaluated if it stands before: %s",
    async (expression) => {
      expect(await nameOf(`SELECT ${expression} FROM ${from}`)).toBe("DIVISION_BY_ZERO");
    },
  );
});

describe("An operand beside a constant that is NULL", () => {
  it.each([
    "power(1 / x, NULL)",
    "power(1 / x, sqrt(NULL))",
    "power(1 / x, nullif(1, 1))",
    "element_at(ARRAY[1 / x], NULL)",
    "1 / x = NULL",
    "1 / x + NULL",
    "CAST(1 / x AS varchar) LIKE NULL",
    "ARRAY[1 / x] || CAST(NULL AS integer)",
    "(2147483647 * INTERVAL '-2' YEAR) / CAST(NULL AS double)",
    "power(x, NULL) >= 1 / x",
  ])("is not evaluated, even if it stands before, also in TRY: %s", async (expression) => {
    const from = "FROM (VALUES 0) t(x)";
    expect(await rows(`SELECT (${expression}) IS NULL ${from}`)).toEqual([[true]]);
    expect(await rows(`SELECT TRY((${expression}) IS NULL) ${from}`)).toEqual([[true]]);
  });

  it.each([
    "greatest(1 / x, NULL)",
    "least(NULL, 1 / x)",
    "greatest(y, 1 / x)",
    "greatest(y, CAST(t AS double))",
    "reduce(ARRAY[1 / x], NULL, (s, e) -> e, s -> s)",
    "json_object('a': 1 / x, 'b': NULL)",
    "json_array(NULL, 1 / x NULL ON NULL)",
  ])("is evaluated if the function takes NULL: %s", async (expression) => {
    expect(
      await nameOf(`SELECT ${expression} FROM (VALUES (0, CAST(NULL AS integer), 'a')) t(x, y, t)`),
    ).toMatch(/^(?:DIVISION_BY_ZERO|INVALID_CAST_ARGUMENT)$/);
  });

  it("leaves greatest and least NULL where nothing fails", async () => {
    expect(
      await rows(
        "SELECT greatest(y, 6 / x), least(y, 6 / x), TRY(greatest(6 / x, y)) FROM (VALUES (1, NULL), (2, 5), (3, 1)) t(x, y)",
      ),
    ).toEqual([
      [null, null, null],
      [5, 3, 5],
      [2, 1, 2],
    ]);
  });
});

describe("A field of a row that is made for it", () => {
  it("is evaluated alone", async () => {
    expect(
      await rows(
        "SELECT ROW(1 / x, 2)[2], CAST(ROW('a', 1) AS row(a integer, b varchar)).b, TRY(CAST(ROW('a', 1) AS row(a integer, b bigint)).b) FROM (VALUES 0) t(x)",
      ),
    ).toEqual([[2, "1", 1]]);
    expect(await nameOf("SELECT CAST(ROW('a', 1) AS row(a integer, b varchar)).a")).toBe(
      "INVALID_CAST_ARGUMENT",
    );
  });
});

describe("An aggregate in an operation with NULL", () => {
  it("still makes one row of all", async () => {
    expect(await rows("SELECT sum(regionkey) + NULL, NULL - count(*) FROM region")).toEqual([[null, null]]);
  });

  it("has to be grouped, as any other column", async () => {
    expect(await nameOf("SELECT regionkey + NULL FROM region GROUP BY name")).toBe(
      "EXPRESSION_NOT_AGGREGATE",
    );
  });
});

describe("Statistics", () => {
  it("of numbers that are not finite are NaN, and coefficients NULL", async () => {
    expect(
      await rows(
        "SELECT var_pop(x), stddev(x), covar_pop(x, y), covar_samp(x, y), corr(x, y), regr_slope(x, y) FROM (VALUES (infinity(), 1e0), (2e0, 3e0)) t(x, y)",
      ),
    ).toEqual([["NaN", "NaN", "NaN", "NaN", null, null]]);
    expect(
      await rows(
        "SELECT var_samp(x), var_pop(x), covar_samp(x, x), covar_pop(x, x) FROM (VALUES nan()) t(x)",
      ),
    ).toEqual([[null, "NaN", null, "NaN"]]);
  });

  it.each(["var_pop(x)", "stddev(x)", "covar_pop(x, x)", "corr(x, x)", "regr_slope(x, x)"])(
    "of numbers whose squares are not finite are refused: %s",
    async (call) => {
      expect(await nameOf(`SELECT ${call} FROM (VALUES 1e0, 1e300) t(x)`)).toBe("NOT_SUPPORTED");
      expect(await nameOf(`SELECT ${call} OVER (ORDER BY x) FROM (VALUES 1e0, 1e300) t(x)`)).toBe(
        "NOT_SUPPORTED",
      );
    },
  );
});

describe("A distribution with parameters that are too large", () => {
  it.each([
    "beta_cdf(1e300, 1e0, 0.5e0)",
    "beta_cdf(1e0, infinity(), 0.5e0)",
    "inverse_beta_cdf(infinity(), 1e0, 0.5e0)",
    "inverse_beta_cdf(1e0, 1e308, 0.5e0)",
    "inverse_beta_cdf(1e-320, 1e-320, 0.5e0)",
    "t_cdf(1e0, 1e308)",
  ])("ends in an error, as in Trino: %s", async (call) => {
    expect(await nameOf(`SELECT ${call}`)).toBe("GENERIC_INTERNAL_ERROR");
  });

  it("is not a number, or still has a value", async () => {
    expect(
      await rows(
        "SELECT t_cdf(1e0, infinity()), t_cdf(nan(), 2e0), t_cdf(1e0, nan()), beta_cdf(1e18, 3e0, 0.5e0)",
      ),
    ).toEqual([["NaN", "NaN", "NaN", 0]]);
  });

  it("has the digits of Trino, whose error is as large", async () => {
    expect(
      await rows(
        "SELECT beta_cdf(1e15, 1e15, 0.5e0), inverse_beta_cdf(1e15, 1e15, 0.3e0), t_pdf(1e0, 1e15), t_cdf(1.5e0, 7e0)",
      ),
    ).toEqual([[0.5177582477600752, 0.4999999953312154, 0.5740082486401633, 0.9113507565050147]]);
  });

  it("has a value as far as the fraction has", async () => {
    expect(
      await rows(
        "SELECT inverse_beta_cdf(1e10, 1e10, 0.5e0), t_cdf(infinity(), 2e0), t_pdf(1e0, 1e300), beta_cdf(1e0, infinity(), 1e0)",
      ),
    ).toEqual([[0.5, 1, 1, 1]]);
  });
});

describe("Conditions are evaluated in their order, and what the result does not need cannot fail", () => {
  it.each([
    ["regionkey = 0 OR 1 / regionkey = 1", [true, true, false, false, false]],
    ["regionkey <> 0 AND 1 / regionkey = 1", [false, true, false, false, false]],
    ["regionkey <> 0 AND (regionkey = 5 OR 1 / regionkey = 1)", [false, true, false, false, false]],
    ["regionkey BETWEEN 1 AND 1 / regionkey", [false, true, false, false, false]],
    ["regionkey NOT BETWEEN 1 AND 1 / regionkey", [true, false, true, true, true]],
    ["regionkey IN (0, 1 / regionkey)", [true, true, false, false, false]],
    ["regionkey IN (1 / regionkey, 0)", [true, true, false, false, false]],
    ["regionkey NOT IN (0, 1 / regionkey)", [false, false, true, true, true]],
    ["TRY(regionkey IN (0, 1 / 0))", [true, null, null, null, null]],
    ["TRY(regionkey BETWEEN 1 AND 1 / 0)", [false, null, null, null, null]],
    ["TRY(regionkey BETWEEN 1 / regionkey AND -1)", [null, false, false, false, false]],
    ["TRY(regionkey = 0 OR 1 / 0 = 1)", [true, null, null, null, null]],
    ["TRY(1 / 0 = 1 OR regionkey = 0)", [null, null, null, null, null]],
    ["TRY(1 / regionkey = 1 OR regionkey = 0)", [null, true, false, false, false]],
    ["TRY(CASE WHEN regionkey >= 0 THEN 1 WHEN 1 / 0 = 1 THEN 2 END)", [1, 1, 1, 1, 1]],
    ["regionkey >= 0 OR 1 / 0 = 1", [true, true, true, true, true]],
    ["regionkey < 0 AND ARRAY[1][2] = 1", [false, false, false, false, false]],
    ["name <> 'y' OR chr(-1) = 'x'", [true, true, true, true, true]],
    ["regionkey >= 0 OR (CAST('x' AS integer) = 1 AND regionkey > 2)", [true, true, true, true, true]],
    ["1 / regionkey = 1 OR true", [true, true, true, true, true]],
    ["TRY(1 / 0 = 1 AND false)", [false, false, false, false, false]],
  ])("%s", async (expression, values) => {
    expect(await rows(`SELECT ${expression} FROM region ORDER BY regionkey`)).toEqual(
      values.map((value) => [value]),
    );
  });

  it.each([
    "1 / regionkey = 1 OR regionkey = 0",
    "regionkey BETWEEN 1 / regionkey AND -1",
    "regionkey IN (0, 1 / 0)",
    "1 IN (1, 1 / 0)",
  ])("and what comes first fails: %s", async (expression) => {
    expect(await nameOf(`SELECT ${expression} FROM region`)).toBe("DIVISION_BY_ZERO");
  });

  it("in WHERE, CASE and FILTER as well", async () => {
    expect(
      await rows("SELECT regionkey FROM region WHERE regionkey IN (1 / regionkey, 0) ORDER BY 1"),
    ).toEqual([[0], [1]]);
    expect(
      await rows(
        "SELECT CASE WHEN regionkey > 0 AND 1 / regionkey = 1 THEN 'one' END FROM region ORDER BY regionkey",
      ),
    ).toEqual([[null], ["one"], [null], [null], [null]]);
    expect(
      await rows("SELECT count(*) FILTER (WHERE regionkey > 0 AND 1 / regionkey = 1) FROM region"),
    ).toEqual([[1]]);
  });
});

describe("element_at", () => {
  it("of NULL is NULL at any index, and fails at 0 of an array", async () => {
    const element = "element_at(IF(regionkey > 0, ARRAY[regionkey]), regionkey * 0)";
    expect(await rows(`SELECT coalesce(${element}, 7) FROM region WHERE regionkey = 0`)).toEqual([[7]]);
    expect(await nameOf(`SELECT ${element} FROM region`)).toBe("INVALID_FUNCTION_ARGUMENT");
  });
});

describe("array_intersect", () => {
  it("has the order of the longer array", async () => {
    expect(
      await rows(
        "SELECT array_intersect(ARRAY[NULL, 2], ARRAY[1, 2, NULL]), array_intersect(ARRAY[1, 2], ARRAY[2, 1]), array_intersect(ARRAY[3, 1, 2], ARRAY[2, 3])",
      ),
    ).toEqual([
      [
        [2, null],
        [1, 2],
        [3, 2],
      ],
    ]);
  });
});

describe("A function of a constant NULL", () => {
  it("is NULL of its type, in lambdas too", async () => {
    expect(
      await rows(
        "SELECT (ARRAY[1] || CAST(NULL AS array(integer)))[1], array_distinct(transform(ARRAY[1, 2], e -> ARRAY[e] || CAST(NULL AS array(integer)))), typeof(NULL)",
      ),
    ).toEqual([[null, [null], "unknown"]]);
  });

  it("leaves what it is compared with unevaluated", async () => {
    expect(
      await rows(
        "SELECT filter(ARRAY['a'], e -> CAST(e AS integer) > abs(NULL)), filter(ARRAY['a'], e -> array_sort(CAST(NULL AS array(integer))) > ARRAY[CAST(e AS integer)])",
      ),
    ).toEqual([[[], []]]);
  });
});

describe("ORDER BY a name that two columns of SELECT have", () => {
  it.each(["name, name", "name AS x, name AS X", "*, name", "name, upper(name) AS name"])(
    "is ambiguous, even if they are the same: %s",
    async (items) => {
      const name = items.includes("X") ? "x" : "name";
      expect(await nameOf(`SELECT ${items} FROM region ORDER BY ${name}`)).toBe("AMBIGUOUS_NAME");
    },
  );

  it("is not, where it is qualified", async () => {
    expect(await rows("SELECT name, name FROM region r ORDER BY r.name LIMIT 1")).toEqual([
      ["AFRICA", "AFRICA"],
    ]);
  });
});

describe("coalesce", () => {
  it("does not evaluate what stands after a constant", async () => {
    expect(
      await rows(
        "SELECT coalesce(INTERVAL '1' YEAR, INTERVAL '1' YEAR * 2147483647 * 2), coalesce(1, 1 / 0)",
      ),
    ).toEqual([["1-0", 1]]);
  });
});

describe("Lambdas over arrays of different lengths", () => {
  const from = "FROM (VALUES (1, ARRAY[7, 8]), (2, ARRAY[]), (3, NULL), (4, ARRAY[9])) t(id, a) ORDER BY id";

  it("reduce with the columns of their own row", async () => {
    expect(await rows(`SELECT reduce(a, 0, (s, e) -> s + id * e, s -> s + id) ${from}`)).toEqual([
      [16],
      [2],
      [null],
      [40],
    ]);
    expect(
      await rows(
        `SELECT reduce(a, '', (s, e) -> s || 'id' || reduce(ARRAY[id], '', (t, f) -> t || CAST(f + e AS varchar), t -> t), s -> s) ${from}`,
      ),
    ).toEqual([["id8id9"], [""], [null], ["id13"]]);
  });

  it("are NULL in zip_with where one is shorter, also in fields of rows", async () => {
    expect(
      await rows(
        `SELECT zip_with(transform(a, e -> CAST(ROW(e, 'x') AS row(n integer, t varchar))), ARRAY['p', 'q'], (r, t) -> t || r.t) ${from}`,
      ),
    ).toEqual([[["px", "qx"]], [[null, null]], [null], [["px", null]]]);
  });
});

// Other systems have other mathematical libraries, and so may have other last digits.
describe.runIf(process.platform === "linux")("The last digit of a double", () => {
  it.each([
    ["sin(5.28e0)", -0.8431877418564168],
    ["cos(10.46e0)", -0.5103349969029011],
    ["tan(16.75e0)", 1.7115902422580527],
    ["exp(5.28e0)", 196.3698753517984],
    ["ln(5.65e0)", 1.7316555451583497],
    ["log2(5.65e0)", 2.4982508675278257],
    ["log(3e0, 0.47e0)", -0.6872511731990327],
    ["power(1.58e0, 2.5e0)", 3.1379261426617426],
  ])("is Java's: %s", async (expression, value) => {
    expect(await rows(`SELECT ${expression}`)).toEqual([[value]]);
  });

  it("is not lost where DuckDB has an error, and C another value than Java", async () => {
    expect(
      await rows(
        "SELECT ln(0e0), ln(-1e0), log2(0e0), sin(infinity()), power(1e0, nan()), power(-1e0, infinity()), power(nan(), 0e0)",
      ),
    ).toEqual([["-Infinity", "NaN", "-Infinity", "NaN", "NaN", "NaN", 1]]);
  });
});
