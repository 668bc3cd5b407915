import { signatures } from "../../../local/lake/trino/functions/signatures/signatures";

/** Literals of the types that statements are made of: usual values first, then edges. */
export const literals: Readonly<Record<string, readonly string[]>> = {
  boolean: ["true", "false", "CAST(NULL AS boolean)"],
  tinyint: ["TINYINT '1'", "TINYINT '127'", "TINYINT '-128'"],
  smallint: ["SMALLINT '2'", "SMALLINT '32767'"],
  integer: ["0", "1", "-7", "2147483647", "CAST(NULL AS integer)"],
  bigint: ["BIGINT '3'", "BIGINT '0'", "BIGINT '-1'", "9223372036854775807", "CAST(NULL AS bigint)"],
  real: ["REAL '1.5'", "REAL '-0.25'", "REAL 'NaN'"],
  double: ["1e0", "0e0", "-2.5e0", "1e300", "nan()", "infinity()", "CAST(NULL AS double)"],
  decimal: [
    "1.50",
    "0.00",
    "-3.25",
    "99999999.99",
    "CAST(NULL AS decimal(10,2))",
    "DECIMAL '12345678901234567.89'",
  ],
  varchar: ["'a'", "''", "'abc'", "' b '", "'größe 日本'", "'12'", "'2024-01-15'", "CAST(NULL AS varchar)"],
  "char(3)": ["CAST('a' AS char(3))", "CAST('abc' AS char(3))"],
  varbinary: ["X'00FF'", "X''", "CAST(NULL AS varbinary)"],
  date: ["DATE '2024-01-15'", "DATE '2024-02-29'", "DATE '1969-12-31'", "CAST(NULL AS date)"],
  time: ["TIME '10:20:30'", "TIME '23:59:59.999'"],
  timestamp: [
    "TIMESTAMP '2024-01-15 10:20:30.123'",
    "TIMESTAMP '2024-03-31 02:30:00'",
    "TIMESTAMP '1969-12-31 23:59:59.500'",
    "CAST(NULL AS timestamp)",
  ],
  "timestamp with time zone": [
    "TIMESTAMP '2024-01-15 10:20:30 UTC'",
    "TIMESTAMP '2024-07-01 12:00:00 Europe/Berlin'",
    "TIMESTAMP '2024-01-15 10:20:30.5 +05:30'",
  ],
  "interval day to second": [
    "INTERVAL '1' DAY",
    "INTERVAL '-3' HOUR",
    "INTERVAL '1 02:03:04.5' DAY TO SECOND",
  ],
  "interval year to month": ["INTERVAL '1' MONTH", "INTERVAL '-2' YEAR"],
  json: ["JSON '{\"a\":[1,2.5,null]}'", "JSON '12'", "JSON '\"x\"'"],
  "array(bigint)": [
    "ARRAY[BIGINT '1', 2, NULL]",
    "CAST(ARRAY[] AS array(bigint))",
    "ARRAY[BIGINT '3', 1, 2]",
  ],
  "array(varchar)": ["ARRAY['a', 'b', NULL]", "CAST(ARRAY[] AS array(varchar))", "split('x,y,x', ',')"],
  "array(double)": ["ARRAY[1e0, nan(), -2.5e0]", "CAST(NULL AS array(double))"],
  "map(varchar, bigint)": [
    "MAP(ARRAY['a', 'b'], ARRAY[BIGINT '1', NULL])",
    "CAST(MAP() AS map(varchar, bigint))",
  ],
  "row(x integer, y varchar)": ["CAST(ROW(1, 'a') AS row(x integer, y varchar))"],
};

export const types = Object.keys(literals);

export interface Production {
  readonly returns: string;
  readonly parameters: readonly string[];
  readonly text: string;
}

const numbers = ["tinyint", "smallint", "integer", "bigint", "real", "double", "decimal"];
const ordered = [
  ...numbers,
  "varchar",
  "char(3)",
  "date",
  "time",
  "timestamp",
  "timestamp with time zone",
  "interval day to second",
];

const of = (returns: string, text: string, ...parameters: readonly string[]): Production => ({
  returns,
  text,
  parameters,
});

const castName = (type: string) => (type === "decimal" ? "decimal(10,2)" : type);

/** Operators and special forms. */
const operators: readonly Production[] = [
  ...numbers.flatMap((type) =>
    ["+", "-", "*", "/", "%"].map((sign) => of(type, `($0 ${sign} $1)`, type, type)),
  ),
  ...numbers.map((type) => of(type, "(- $0)", type)),
  of("decimal", "($0 + $1)", "decimal", "bigint"),
  of("double", "($0 * $1)", "decimal", "double"),
  ...ordered.flatMap((type) =>
    ["=", "<>", "<", "<=", ">", ">="].map((sign) => of("boolean", `($0 ${sign} $1)`, type, type)),
  ),
  ...types
    .filter((type) => type !== "json")
    .map((type) => of("boolean", "($0 IS DISTINCT FROM $1)", type, type)),
  ...types.map((type) => of("boolean", "($0 IS NULL)", type)),
  ...types.map((type) => of(type, "coalesce($0, $1)", type, type)),
  ...types.map((type) => of(type, "CASE WHEN $0 THEN $1 ELSE $2 END", "boolean", type, type)),
  ...types.map((type) => of(type, "if($0, $1)", "boolean", type)),
  ...types.map((type) => of(type, "try($0)", type)),
  ...ordered.map((type) => of(type, "nullif($0, $1)", type, type)),
  ...ordered.map((type) => of("boolean", "($0 BETWEEN $1 AND $2)", type, type, type)),
  ...ordered.map((type) => of("boolean", "($0 IN ($1, $2))", type, type, type)),
  of("boolean", "($0 AND $1)", "boolean", "boolean"),
  of("boolean", "($0 OR $1)", "boolean", "boolean"),
  of("boolean", "(NOT $0)", "boolean"),
  of("boolean", "($0 LIKE 'a%')", "varchar"),
  of("boolean", "($0 LIKE $1)", "varchar", "varchar"),
  of("varchar", "($0 || $1)", "varchar", "varchar"),
  of("varchar", "typeof($0)", "varchar"),
  of("date", "($0 + $1)", "date", "interval year to month"),
  of("timestamp", "($0 + $1)", "timestamp", "interval day to second"),
  of("timestamp", "($0 - $1)", "timestamp", "interval year to month"),
  of("timestamp with time zone", "($0 + $1)", "timestamp with time zone", "interval year to month"),
  of("timestamp with time zone", "($0 AT TIME ZONE 'America/New_York')", "timestamp with time zone"),
  of("interval day to second", "($0 - $1)", "timestamp", "timestamp"),
  of("interval day to second", "($0 * $1)", "interval day to second", "double"),
  of("bigint", "$0[1]", "array(bigint)"),
  of("varchar", "$0[$1]", "array(varchar)", "integer"),
  of("bigint", "$0['a']", "map(varchar, bigint)"),
  of("integer", "$0.x", "row(x integer, y varchar)"),
  of("array(bigint)", "ARRAY[$0, $1]", "bigint", "bigint"),
  of("array(varchar)", "transform($0, x -> x || 'z')", "array(varchar)"),
  of("array(bigint)", "filter($0, x -> x > 1)", "array(bigint)"),
  of("bigint", "reduce($0, BIGINT '0', (s, x) -> s + coalesce(x, 0), s -> s)", "array(bigint)"),
  of("boolean", "any_match($0, x -> x > 1)", "array(bigint)"),
  of("bigint", "extract(YEAR FROM $0)", "timestamp"),
  ...types.flatMap((from) => castable(from).map((to) => of(to, `CAST($0 AS ${castName(to)})`, from))),
  ...types.flatMap((from) => castable(from).map((to) => of(to, `TRY_CAST($0 AS ${castName(to)})`, from))),
];

function castable(from: string): readonly string[] {
  if (numbers.includes(from)) return [...numbers, "varchar", "boolean", "json"];
  switch (from) {
    case "varchar":
      return [
        ...numbers,
        "boolean",
        "date",
        "time",
        "timestamp",
        "timestamp with time zone",
        "char(3)",
        "json",
        "varbinary",
      ];
    case "boolean":
      return [...numbers, "varchar", "json"];
    case "date":
    case "timestamp":
    case "timestamp with time zone":
      return ["varchar", "date", "timestamp", "timestamp with time zone"];
    case "json":
      return ["varchar", "bigint", "double", "boolean", "array(bigint)"];
    case "array(bigint)":
      return ["array(varchar)", "array(double)", "json"];
    default:
      return from.startsWith("interval") ? ["varchar"] : [];
  }
}

/** Functions whose answers differ by nature, or that aren't here by name. */
const left =
  /^(?:now|uuid|rand|random|current_|shuffle|version|from_unixtime_nanos|.*_nanos|st_|tdigest|qdigest|approx|hyperloglog|cardinality\(hyper|cosine|features|classify|regress|learn|make_set|bing|render|bar|color|rgb|parse_duration|human_readable|spooky|murmur|xxhash|normalize|array_agg|listagg|map_agg|multimap_agg|arbitrary|any_value|max_by|min_by)/;

const kindOf: Readonly<Record<string, string>> = {
  "varchar(x)": "varchar",
  "varchar(y)": "varchar",
  "varchar(z)": "varchar",
  "varchar(u)": "varchar",
  "decimal(p,s)": "decimal",
  "timestamp(p)": "timestamp",
  "timestamp(p) with time zone": "timestamp with time zone",
  "timestamp(3) with time zone": "timestamp with time zone",
  "timestamp(3)": "timestamp",
  joniregexp: "varchar",
  jsonpath: "varchar",
};

const elements = ["bigint", "varchar"];

/** The signatures of one kind of functions (`s`, `a`) over the types above; type variables are bigint or varchar. */
function fromSignatures(kind: string): Production[] {
  return signatures
    .trim()
    .split("\n")
    .filter((line) => line.startsWith(`${kind} `) && !left.test(line.slice(2)) && !line.includes("function("))
    .flatMap((line) => elements.map((element) => productionOf(line.slice(2), element)))
    .filter((production) => production !== undefined);
}

function productionOf(signature: string, element: string): Production | undefined {
  const [, name, inside = "", result = ""] = /^(\w+)\((.*)\) (.+)$/.exec(signature) ?? [];
  if (name === undefined) return undefined;
  const typeOf = (text: string) => {
    const filled = text
      .replace(/\b[teTEvV]\b/g, element)
      .replace(/\b[kK]\b/g, "varchar")
      .replace(/,(?=\S)/g, ", ");
    return kindOf[text] ?? kindOf[filled] ?? filled;
  };
  const parameters = inside === "" ? [] : inside.split(/, (?![^(]*\))/).map(typeOf);
  const returns = typeOf(result);
  if (![...parameters, returns].every((type) => type in literals) || parameters.length > 9) return undefined;
  return { returns, parameters, text: `${name}(${parameters.map((_, index) => `$${index}`).join(", ")})` };
}

const byType = (productions: readonly Production[]): ReadonlyMap<string, readonly Production[]> =>
  new Map(types.map((type) => [type, productions.filter(({ returns }) => returns === type)]));

export const operatorsOf = byType(operators);
export const functionsOf = byType(fromSignatures("s"));
export const aggregatesOf = byType(fromSignatures("a"));
