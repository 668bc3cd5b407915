/** A name as DuckDB reads it. */
export const quoteName = (name: string): string => `"${name.replaceAll('"', '""')}"`;

/** A text as DuckDB reads it. */
export const quoteText = (text: string): string =>
  text.includes("\0")
    ? `(${text
        .split("\0")
        .map((part) => quoteText(part))
        .join(" || chr(0) || ")})`
    : `'${text.replaceAll("'", "''")}'`;

/** The parameter of a lambda over a column's items: DuckDB takes a column of the same name before it. */
export const item = quoteName("(item)");
