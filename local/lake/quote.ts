/** A name, quoted for DuckDB. */
export const quoteName = (name: string): string => `"${name.replaceAll('"', '""')}"`;

/** A string, quoted for DuckDB. */
export const quoteText = (text: string): string =>
  text.includes("\0")
    ? `(${text
        .split("\0")
        .map((part) => quoteText(part))
        .join(" || chr(0) || ")})`
    : `'${text.replaceAll("'", "''")}'`;

/** SQL that has a name for a value, so that DuckDB computes it once, however often the expression names it. */
export const named = (name: string, value: string, expression: string): string =>
  `list_extract(list_transform([${value}], lambda ${name}: ${expression}), 1)`;

/**
 * The parameter of lambdas over a column's items. It has an unusual name, since DuckDB prefers a column of the same
 * name.
 */
export const item = quoteName("(item)");
