/** An SQL identifier, quoted. */
export const quoteName = (name: string): string => `"${name.replaceAll('"', '""')}"`;

/** An SQL string, quoted. */
export const quoteText = (text: string): string => `'${text.replaceAll("'", "''")}'`;
