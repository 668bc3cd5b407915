/** A query that can't run, told in words for the person who wrote it: print the message, not the stack. */
export class QueryError extends Error {
  override readonly name = "QueryError";
}

/** What DuckDB says, in the catalog's terms. `tables` are the tables that a query can name. */
export function toQueryError(error: unknown, tables: readonly string[]): unknown {
  if (!(error instanceof Error)) return error;
  const [, kind, rest = ""] = /^(?:Failed to [\w ]+: )?([\w ]+?) Error: ([\s\S]+)$/.exec(error.message) ?? [];
  if (!kind || kind === "INTERNAL") return error;
  const [summary = "", ...excerpt] = rest.split(/\n+(?=LINE \d+:)/);
  const place = excerpt.length > 0 ? `\n${excerpt.join("\n")}` : "";
  const [, table] = /^Table with name (\S+) does not exist/.exec(summary) ?? [];
  if (table) return new QueryError(`there is no table "${table}"; tables: ${tables.join(", ")}${place}`);
  const [, routine] = /^(?:\w+ )?Function with name (\S+) does not exist/i.exec(summary) ?? [];
  if (routine)
    return new QueryError(
      `there is no function "${routine}" on this machine (DuckDB with the commonest Trino functions); Athena may have it${place}`,
    );
  if (/Malformed JSON/i.test(summary))
    return new QueryError(
      `${summary.split("\n")[0]}: set ignore.malformed.json to "true" in the table's SerDe parameters to read such lines as rows of NULL`,
    );
  return new QueryError(`${summary.trim().split("\n").join("; ")}${place}`);
}
