import type { Value } from "../../../values";

/** Parses comma-separated values with a header, as Go does. @throws Error when the text is not valid CSV. */
export function decodeCsv(text: string): Value {
  const [header, ...rows] = records(text);
  if (!header) throw new Error("the text has no header");
  if (new Set(header).size < header.length) throw new Error("a column name occurs twice");
  return rows.map((row) => {
    if (row.length !== header.length) throw new Error("a row has more or fewer columns than the header");
    return Object.fromEntries(header.map((name, at) => [name, row[at] ?? ""]));
  });
}

/** https://pkg.go.dev/encoding/csv */
function records(text: string): string[][] {
  const rest = text.replaceAll("\r\n", "\n");
  const found: string[][] = [];
  for (let at = 0; at < rest.length; ) {
    if (rest[at] === "\n") {
      at += 1;
      continue;
    }
    const row: string[] = [];
    for (let ended = false; !ended; ) {
      const [whole = "", quoted, bare = "", end = ""] =
        /^(?:"((?:[^"]|"")*)"|([^",\n]*))(,|\n|$)/.exec(rest.slice(at)) ?? [];
      if (whole === "" && at < rest.length) throw new Error("a quote is in an invalid place");
      row.push(quoted?.replaceAll('""', '"') ?? bare);
      at += whole.length;
      ended = end !== ",";
    }
    found.push(row);
  }
  return found;
}
