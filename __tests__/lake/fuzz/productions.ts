import { signatures } from "../../../local/lake/trino/functions/signatures/signatures";
import { literals, types } from "./literals";
import type { Argument } from "./node";

/** A way to make an expression of a type from others. */
export interface Production {
  readonly returns: string;
  readonly parameters: readonly string[];
  /** The text, with `$0`, `$1`, … for the parameters. */
  readonly text: string;
  /** What the lambda around a parameter gives to it, by the parameter's index. */
  readonly lambdas?: Readonly<Record<number, readonly Argument[]>>;
}

const numbers = ["tinyint", "smallint", "integer", "bigint", "real", "double", "decimal"];
const times = ["date", "time", "time with time zone", "timestamp", "timestamp with time zone"];
const intervals = ["interval day to second", "interval year to month"];
const scalars = [...numbers, "varchar", "char(3)", "varbinary", ...times, ...intervals, "uuid", "ipaddress"];
const ordered = [...scalars, "boolean", "array(bigint)", "array(varchar)", "row(x integer, y varchar)"];
const comparable = types.filter((type) => type !== "json");

const production = (returns: string, text: string, ...parameters: readonly string[]): Production => ({
  returns,
  text,
  parameters,
});

const castName = (type: string) => type.replaceAll("decimal", "decimal(10,2)");

/** Operators and special forms. */
const operators: readonly Production[] = [
  ...numbers.flatMap((type) =>
    ["+", "-", "*", "/", "%"].map((sign) => production(type, `($0 ${sign} $1)`, type, type)),
  ),
  ...numbers.map((type) => production(type, "(- $0)", type)),
  ...["+", "-", "*", "/", "%"].flatMap((sign) => [
    production("decimal", `($0 ${sign} $1)`, "decimal", "bigint"),
    production("decimal", `($0 ${sign} $1)`, "integer", "decimal"),
    production("double", `($0 ${sign} $1)`, "decimal", "double"),
    production("double", `($0 ${sign} $1)`, "real", "double"),
    production("bigint", `($0 ${sign} $1)`, "integer", "bigint"),
    production("integer", `($0 ${sign} $1)`, "tinyint", "integer"),
  ]),
  ...ordered.flatMap((type) =>
    ["=", "<>", "<", "<=", ">", ">="].map((sign) => production("boolean", `($0 ${sign} $1)`, type, type)),
  ),
  ...["=", "<", ">="].flatMap((sign) => [
    production("boolean", `($0 ${sign} $1)`, "decimal", "double"),
    production("boolean", `($0 ${sign} $1)`, "bigint", "decimal"),
    production("boolean", `($0 ${sign} $1)`, "char(3)", "varchar"),
    production("boolean", `($0 ${sign} $1)`, "date", "timestamp"),
    production("boolean", `($0 ${sign} $1)`, "timestamp", "timestamp with time zone"),
  ]),
  ...comparable.map((type) => production("boolean", "($0 IS DISTINCT FROM $1)", type, type)),
  ...comparable.map((type) => production("boolean", "($0 = $1)", type, type)),
  ...types.map((type) => production("boolean", "($0 IS NULL)", type)),
  ...types.map((type) => production(type, "coalesce($0, $1)", type, type)),
  ...types.map((type) => production(type, "CASE WHEN $0 THEN $1 ELSE $2 END", "boolean", type, type)),
  ...types.map((type) => production(type, "if($0, $1)", "boolean", type)),
  ...types.map((type) => production(type, "try($0)", type)),
  ...ordered.map((type) => production(type, "nullif($0, $1)", type, type)),
  ...ordered.map((type) => production("varchar", "CASE $0 WHEN $1 THEN $2 END", type, type, "varchar")),
  ...ordered.map((type) => production("boolean", "($0 BETWEEN $1 AND $2)", type, type, type)),
  ...ordered.map((type) => production("boolean", "($0 IN ($1, $2))", type, type, type)),
  production("boolean", "($0 AND $1)", "boolean", "boolean"),
  production("boolean", "($0 OR $1)", "boolean", "boolean"),
  production("boolean", "(NOT $0)", "boolean"),
  production("boolean", "($0 LIKE 'a%')", "varchar"),
  production("boolean", "($0 LIKE $1)", "varchar", "varchar"),
  production("boolean", "($0 LIKE '_$_b%' ESCAPE '$')", "varchar"),
  production("varchar", "($0 || $1)", "varchar", "varchar"),
  production("varbinary", "($0 || $1)", "varbinary", "varbinary"),
  production("array(bigint)", "($0 || $1)", "array(bigint)", "array(bigint)"),
  production("array(bigint)", "($0 || $1)", "array(bigint)", "bigint"),
  ...types.map((type) => production("varchar", "typeof($0)", type)),
  ...["+", "-"].flatMap((sign) => [
    ...intervals.flatMap((interval) => [
      production("timestamp", `($0 ${sign} $1)`, "timestamp", interval),
      production("timestamp with time zone", `($0 ${sign} $1)`, "timestamp with time zone", interval),
      production(interval, `($0 ${sign} $1)`, interval, interval),
    ]),
    production("date", `($0 ${sign} $1)`, "date", "interval year to month"),
    production("date", `($0 ${sign} INTERVAL '2' DAY)`, "date"),
    production("time", `($0 ${sign} $1)`, "time", "interval day to second"),
    production("time with time zone", `($0 ${sign} $1)`, "time with time zone", "interval day to second"),
  ]),
  production("timestamp with time zone", "($0 AT TIME ZONE 'America/New_York')", "timestamp with time zone"),
  production("timestamp with time zone", "($0 AT TIME ZONE 'Asia/Kolkata')", "timestamp"),
  ...times.map((type) => production("interval day to second", "($0 - $1)", type, type)),
  ...intervals.flatMap((interval) => [
    production(interval, "($0 * $1)", interval, "double"),
    production(interval, "($0 * $1)", "integer", interval),
    production(interval, "($0 / $1)", interval, "double"),
    production(interval, "(- $0)", interval),
  ]),
  production("bigint", "$0[1]", "array(bigint)"),
  production("varchar", "$0[$1]", "array(varchar)", "integer"),
  production("bigint", "$0['a']", "map(varchar, bigint)"),
  production("integer", "$0.x", "row(x integer, y varchar)"),
  production("varchar", "$0[2]", "row(x integer, y varchar)"),
  production("array(bigint)", "ARRAY[$0, $1]", "bigint", "bigint"),
  production("array(varchar)", "ARRAY[$0, $1]", "varchar", "varchar"),
  production("array(double)", "ARRAY[$0, $1]", "double", "decimal"),
  production("array(decimal)", "ARRAY[$0, $1]", "decimal", "decimal"),
  production("array(array(bigint))", "ARRAY[$0, $1]", "array(bigint)", "array(bigint)"),
  production(
    "row(x integer, y varchar)",
    "CAST(ROW($0, $1) AS row(x integer, y varchar))",
    "integer",
    "varchar",
  ),
  production("map(varchar, bigint)", "MAP(ARRAY[$0, 'k'], ARRAY[$1, $2])", "varchar", "bigint", "bigint"),
  ...["YEAR", "MONTH", "DAY", "QUARTER", "DOW", "DOY", "WEEK", "YOW"].flatMap((field) =>
    ["date", "timestamp", "timestamp with time zone"].map((type) =>
      production("bigint", `extract(${field} FROM $0)`, type),
    ),
  ),
  ...["HOUR", "MINUTE", "SECOND"].flatMap((field) =>
    ["time", "time with time zone", "timestamp", "timestamp with time zone", "interval day to second"].map(
      (type) => production("bigint", `extract(${field} FROM $0)`, type),
    ),
  ),
  ...["year", "quarter", "month", "week", "day", "hour", "minute", "second", "millisecond"].flatMap((unit) =>
    times.flatMap((type) => [
      production(type, `date_trunc('${unit}', $0)`, type),
      production(type, `date_add('${unit}', $0, $1)`, "bigint", type),
      production(type, `date_add('${unit}', $0, $1)`, "integer", type),
      production("bigint", `date_diff('${unit}', $0, $1)`, type, type),
    ]),
  ),
  ...["%Y-%m-%d", "%H:%i:%s", "%W %M %e %Y %h:%i:%s.%f %p", "%j %a %b %y %k %l %T %r %v %x"].flatMap(
    (format) =>
      ["timestamp", "timestamp with time zone"].map((type) =>
        production("varchar", `date_format($0, '${format}')`, type),
      ),
  ),
  ...["yyyy-MM-dd", "EEEE d MMMM yy HH:mm:ss.SSS ZZ", "xxxx-'W'ww-e hh:mm a", "DDD G K k z ZZZ"].flatMap(
    (format) =>
      ["timestamp", "timestamp with time zone"].map((type) =>
        production("varchar", `format_datetime($0, '${format}')`, type),
      ),
  ),
  ...["%s", "%10s|", "%-8s|"].flatMap((format) =>
    scalars.map((type) => production("varchar", `format('${format}', $0)`, type)),
  ),
  ...["%d", "%,d", "%08d", "%x"].map((format) => production("varchar", `format('${format}', $0)`, "bigint")),
  ...["%f", "%.2f", "%e", "%,.3f", "%10.1f"].map((format) =>
    production("varchar", `format('${format}', $0)`, "double"),
  ),
  ...["strict $.a", "lax $.a[*]", "lax $[*]", "$.a.size()", "lax $.a[0 to 1]", "$"].flatMap((path) => [
    production("varchar", `json_query($0, '${path}' WITH ARRAY WRAPPER)`, "varchar"),
    production("varchar", `json_value($0, '${path}')`, "varchar"),
    production("boolean", `json_exists($0, '${path}')`, "varchar"),
  ]),
  ...scalars
    .filter((type) => !intervals.includes(type))
    .map((type) => production("varchar", "json_object('k' : $0)", type)),
  ...["a.c", "[a-z]+", "(\\d+)-(\\d+)", "^\\s*|\\s*$", "(?i)B", "\\W"].flatMap((pattern) => [
    production("boolean", `regexp_like($0, '${pattern}')`, "varchar"),
    production("varchar", `regexp_extract($0, '${pattern}')`, "varchar"),
    production("varchar", `regexp_replace($0, '${pattern}', '<x>')`, "varchar"),
    production("array(varchar)", `regexp_split($0, '${pattern}')`, "varchar"),
    production("array(varchar)", `regexp_extract_all($0, '${pattern}')`, "varchar"),
  ]),
  ...types.flatMap((from) => castable(from).map((to) => production(to, `CAST($0 AS ${castName(to)})`, from))),
  ...types.flatMap((from) =>
    castable(from).map((to) => production(to, `TRY_CAST($0 AS ${castName(to)})`, from)),
  ),
  ...numbers.flatMap((from) => [
    production("decimal", "CAST($0 AS decimal(5,1))", from),
    production("decimal", "CAST($0 AS decimal(38,10))", from),
    production("varchar", "CAST($0 AS varchar(2))", from),
  ]),
  ...["timestamp", "time", "timestamp with time zone", "time with time zone"].flatMap((to) =>
    [0, 1, 6].flatMap((digits) =>
      [to, "varchar", "timestamp"].map((from) =>
        production(to, `CAST($0 AS ${to.replace(/^\w+/, `$&(${digits})`)})`, from),
      ),
    ),
  ),
];

function castable(from: string): readonly string[] {
  if (numbers.includes(from)) return [...numbers, "varchar", "boolean", "json"];
  switch (from) {
    case "varchar":
      return [...numbers, "boolean", ...times, "char(3)", "json", "varbinary", "uuid", "ipaddress"];
    case "char(3)":
      return ["varchar"];
    case "boolean":
      return [...numbers, "varchar", "json"];
    case "date":
    case "timestamp":
    case "timestamp with time zone":
      return ["varchar", ...times, "json"].filter(
        (to) =>
          !(from === "date" && to.startsWith("time") && !to.startsWith("timestamp")) &&
          !(from === "timestamp with time zone" && to === "json"),
      );
    case "time":
      return ["varchar", "time with time zone", "timestamp"];
    case "time with time zone":
      return ["varchar", "time"];
    case "json":
      return [
        "varchar",
        ...numbers,
        "boolean",
        "array(bigint)",
        "array(varchar)",
        "map(varchar, bigint)",
        "row(x integer, y varchar)",
      ];
    case "array(bigint)":
      return ["array(varchar)", "array(double)", "array(decimal)", "array(integer)", "json"];
    case "array(varchar)":
      return ["array(bigint)", "array(double)", "array(date)", "json"];
    case "array(double)":
      return ["array(bigint)", "array(varchar)", "json"];
    case "uuid":
    case "ipaddress":
      return ["varchar", "varbinary"];
    case "varbinary":
      return ["uuid", "ipaddress"];
    case "map(varchar, bigint)":
    case "map(bigint, double)":
      return ["map(varchar, varchar)", "json"];
    case "row(x integer, y varchar)":
    case "array(row(x integer, y varchar))":
    case "array(array(bigint))":
    case "array(timestamp)":
      return ["json"];
    default:
      return from.startsWith("interval") ? ["varchar"] : [];
  }
}

const argument = (name: string, type: string): Argument => ({
  name: `${name}_${type.replace(/\W+/g, "_")}`,
  type,
});

/** Functions that take functions, over the arrays and maps that literals are there for. */
function lambdas(): Production[] {
  const made: Production[] = [];
  const add = (returns: string, text: string, parameters: string[], generics: Record<number, Argument[]>) => {
    if (returns in literals) made.push({ returns, text, parameters, lambdas: generics });
  };
  for (const element of types) {
    const array = `array(${element})`;
    if (!(array in literals)) continue;
    const e = argument("e", element);
    for (const name of ["any_match", "all_match", "none_match"])
      add("boolean", `${name}($0, ${e.name} -> $1)`, [array, "boolean"], { 1: [e] });
    add(array, `filter($0, ${e.name} -> $1)`, [array, "boolean"], { 1: [e] });
    for (const result of types) {
      add(`array(${result})`, `transform($0, ${e.name} -> $1)`, [array, result], { 1: [e] });
      const s = argument("s", result);
      if (["bigint", "varchar", "double"].includes(result)) {
        const parameters = [array, result, result];
        add(result, `reduce($0, $1, (${s.name}, ${e.name}) -> $2, ${s.name} -> ${s.name})`, parameters, {
          2: [s, e],
        });
        const g = argument("g", "bigint");
        add(
          `array(${result})`,
          `zip_with($0, $1, (${e.name}, ${g.name}) -> $2)`,
          [array, "array(bigint)", result],
          {
            2: [e, g],
          },
        );
      }
    }
  }
  for (const map of types) {
    const [, key = "", value = ""] = /^map\((\w+), (\w+)\)$/.exec(map) ?? [];
    if (key === "") continue;
    const k = argument("k", key);
    const v = argument("v", value);
    add(map, `map_filter($0, (${k.name}, ${v.name}) -> $1)`, [map, "boolean"], { 1: [k, v] });
    for (const result of types) {
      add(`map(${key}, ${result})`, `transform_values($0, (${k.name}, ${v.name}) -> $1)`, [map, result], {
        1: [k, v],
      });
      add(`map(${result}, ${value})`, `transform_keys($0, (${k.name}, ${v.name}) -> $1)`, [map, result], {
        1: [k, v],
      });
    }
  }
  return made;
}

/** Functions whose answers differ by nature, or that aren't here by name. */
const left =
  /^(?:now|uuid|rand|random|current_|shuffle|version|from_unixtime_nanos|.*_nanos|st_|tdigest|qdigest|approx|hyperloglog|cardinality\(hyper|features|classify|regress|learn|make_set|bing|render|bar|color|rgb|array_agg|listagg|map_agg|multimap_agg|arbitrary|any_value|max_by|min_by|map_union|numeric_histogram|combinations)/;

const kindOf: Readonly<Record<string, string>> = {
  "varchar(x)": "varchar",
  "varchar(y)": "varchar",
  "varchar(z)": "varchar",
  "varchar(u)": "varchar",
  "varchar(n)": "varchar",
  "varchar(2)": "varchar",
  "char(x)": "char(3)",
  "decimal(p,s)": "decimal",
  "timestamp(p)": "timestamp",
  "timestamp(p) with time zone": "timestamp with time zone",
  "timestamp(3) with time zone": "timestamp with time zone",
  "timestamp(3)": "timestamp",
  "time(p)": "time",
  "time(p) with time zone": "time with time zone",
  joniregexp: "varchar",
  jsonpath: "varchar",
};

/** They take one parameter or more by their signatures, and need two. */
const variadic = /^(?:concat|map_concat)$/;

/** What type variables stand for. */
const elements = [
  "bigint",
  "varchar",
  "double",
  "decimal",
  "date",
  "timestamp",
  "boolean",
  "integer",
  "array(bigint)",
  "row(x integer, y varchar)",
];

/** The signatures of one kind of functions (`s`, `a`) over the types above. */
function fromSignatures(kind: string): Production[] {
  const made = signatures
    .trim()
    .split("\n")
    .filter((line) => line.startsWith(`${kind} `) && !left.test(line.slice(2)) && !line.includes("function("))
    .flatMap((line) => elements.map((element) => productionOf(line.slice(2), element)))
    .filter((production) => production !== undefined);
  return [...new Map(made.map((one) => [JSON.stringify(one), one])).values()];
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
  const [only] = parameters;
  if (only !== undefined && parameters.length === 1 && variadic.test(name)) parameters.push(only);
  const returns = typeOf(result).replace(/^decimal\(.*\)$/, "decimal");
  const held = parameters.map((type) => type.replace(/^decimal\(.*\)$/, "decimal"));
  if (![...held, returns].every((type) => type in literals) || held.length > 9) return undefined;
  // Of max(x, n) the first row tells n, whichever that is.
  const counted = (name === "max" || name === "min") && held.length === 2;
  if (counted) return { returns, parameters: held.slice(0, 1), text: `${name}($0, 3)` };
  return { returns, parameters: held, text: `${name}(${held.map((_, index) => `$${index}`).join(", ")})` };
}

const byType = (productions: readonly Production[]): ReadonlyMap<string, readonly Production[]> =>
  new Map(types.map((type) => [type, productions.filter(({ returns }) => returns === type)]));

export const operatorsOf = byType(operators);
export const functionsOf = byType([...fromSignatures("s"), ...lambdas()]);
export const aggregatesOf = byType(fromSignatures("a"));
