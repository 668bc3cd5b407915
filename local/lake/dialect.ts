/** Letters of MySQL's date formats, as Trino takes them, and strftime's for the same. */
const formatLetters: Readonly<Record<string, string>> = {
  "%M": "%B",
  "%i": "%M",
  "%s": "%S",
  "%T": "%H:%M:%S",
  "%W": "%A",
  "%h": "%I",
};

const text = "'(?:[^']|'')*'";
const flat = `(?:[^()']|${text})*`;
const nested = `(?:[^()']|${text}|\\(${flat}(?:\\(${flat}\\)${flat})*\\))*?`;
const dateFormat = new RegExp(
  `\\b((?:date_parse|date_format)\\s*\\(${nested},\\s*)(${text})(?=\\s*\\))`,
  "gi",
);

/**
 * A Trino statement in DuckDB's words where no macro can do it: the formats of `date_parse` and `date_format`, which
 * must be constants. All but `%T` keep their length, so that a message still points at the place.
 */
export function toDuckdbDialect(sql: string): string {
  return sql.replace(dateFormat, (_, call: string, format: string) => {
    const translated = format.replace(/%[MisTWh]/g, (letters) => formatLetters[letters] ?? letters);
    return `${toDuckdbDialect(call)}${translated}`;
  });
}
