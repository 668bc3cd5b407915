import type { Answer, Recorded, Values } from "./statements";

/**
 * `same` and `both refuse` are right. `differs`: another answer, the worst that can happen. `lenient`: an answer where Trino
 * refuses. `refuses`: none where Trino answers.
 */
export type Verdict = "same" | "both refuse" | "differs" | "lenient" | "refuses";

export const verdictOf = (statement: Recorded, ours: Answer): Verdict => {
  const { answer } = statement;
  if ("error" in answer) return "error" in ours ? "both refuse" : "lenient";
  if ("error" in ours) return "refuses";
  if ("accepted" in answer || "accepted" in ours || statement.compare === "accepted") return "same";
  return sameRows(statement, answer, ours) ? "same" : "differs";
};

/** Whether the names and types of the columns are equal, where both answer. */
export const sameColumns = ({ answer, compare }: Recorded, ours: Answer): boolean =>
  compare === "accepted" ||
  !("columns" in answer && "columns" in ours) ||
  JSON.stringify(answer.columns) === JSON.stringify(ours.columns);

type Result = Extract<Answer, { columns: unknown }>;

const sameRows = ({ sql, approx }: Recorded, trino: Result, ours: Result): boolean => {
  const types = trino.columns.map(([, type]) => parseType(type));
  if (types.length !== ours.columns.length || trino.rows.length !== ours.rows.length) return false;
  const tolerance = approx ? 0.06 : types.some(holdsReal) ? 1e-6 : 1e-9;
  const canonical = (rows: readonly Values[]) =>
    rows.map((row) => row.map((value, i) => canonicalValue(value, types[i] ?? VARCHAR)));
  const wanted = canonical(trino.rows);
  const got = canonical(ours.rows);
  if (near(wanted, got, tolerance)) return true;
  if (isOrdered(sql) && !approx) return false;
  return near(wanted.toSorted(byKey), got.toSorted(byKey), tolerance);
};

/** Whether the outermost query orders its rows. */
const isOrdered = (sql: string): boolean => /order\s+by/i.test(sql.split(")").at(-1) ?? "");

// ------------------------------------------------------------------------------------------------------- values

interface ValueType {
  readonly name: string;
  readonly arguments: readonly ValueType[];
}

const VARCHAR: ValueType = { name: "varchar", arguments: [] };

/** The type of a column as Trino writes it: `map(varchar, row("a b" bigint, c double))`. */
const parseType = (text: string): ValueType => {
  const [, name = text, list, suffix = ""] = /^([\w ]+?)\((.*)\)( with time zone)?$/s.exec(text) ?? [];
  if (list === undefined) return { name: text, arguments: [] };
  const parts = splitList(list);
  const isRow = name === "row";
  return {
    name: `${name}${suffix}`,
    arguments: parts.map((part) => parseType(isRow ? fieldType(part) : part)),
  };
};

const splitList = (list: string): string[] => {
  const parts = [""];
  let depth = 0;
  let quoted = false;
  for (const character of list) {
    if (character === '"') quoted = !quoted;
    if (!quoted) depth += character === "(" ? 1 : character === ")" ? -1 : 0;
    if (character === "," && depth === 0 && !quoted) parts.push("");
    else parts[parts.length - 1] += character;
  }
  return parts.map((part) => part.trim());
};

/** The type of a row's field, whose name may stand before it. */
const fieldType = (field: string): string => {
  const [, type] = /^(?:"(?:[^"]|"")*"|\w+) (.+)$/s.exec(field) ?? [];
  return type === undefined || /^(?:double precision|timestamp|time|interval)\b/.test(field) ? field : type;
};

const holdsReal = (type: ValueType): boolean => type.name === "real" || type.arguments.some(holdsReal);

/** Doubles and reals as numbers; decimals keep their scale; maps as lists of entries in the order of their keys. */
const canonicalValue = (value: unknown, type: ValueType): unknown => {
  if (value === null || value === undefined) return null;
  switch (type.name) {
    case "array":
      return Array.isArray(value)
        ? value.map((item) => canonicalValue(item, type.arguments[0] ?? VARCHAR))
        : value;
    case "map":
      return Object.entries(value as object)
        .map(([key, item]) => [key, canonicalValue(item, type.arguments[1] ?? VARCHAR)])
        .sort(([a], [b]) => (String(a) < String(b) ? -1 : 1));
    case "row":
      return Array.isArray(value)
        ? value.map((item, i) => canonicalValue(item, type.arguments[i] ?? VARCHAR))
        : value;
    case "double":
    case "real":
      return Number(value);
    case "bigint":
    case "integer":
    case "smallint":
    case "tinyint":
      return String(value);
    default:
      return value;
  }
};

const near = (a: unknown, b: unknown, tolerance: number): boolean => {
  if (Array.isArray(a) && Array.isArray(b))
    return a.length === b.length && a.every((item, i) => near(item, b[i], tolerance));
  if (typeof a === "number" && typeof b === "number")
    return (
      Object.is(a, b) || Math.abs(a - b) <= Math.max(tolerance * Math.max(Math.abs(a), Math.abs(b)), 1e-12)
    );
  if (tolerance === 0.06 && typeof a === "string" && typeof b === "string" && a !== b)
    return near(Number(a), Number(b), tolerance);
  return a === b;
};

const keyOf = (row: Values): string =>
  JSON.stringify(row, (_, value: unknown) => (typeof value === "number" ? value.toPrecision(6) : value));

const byKey = (a: Values, b: Values): number => {
  const [left, right] = [keyOf(a), keyOf(b)];
  return left < right ? -1 : left > right ? 1 : 0;
};
