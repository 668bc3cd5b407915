/** A statement that shows the first rows of a table. */
export const firstRowsOf = (database: string, table: string): string =>
  `SELECT * FROM ${nameInSql(database)}.${nameInSql(table)} LIMIT 100`;

const nameInSql = (name: string): string =>
  /^[a-z_]\w*$/i.test(name) ? name : `"${name.replaceAll('"', '""')}"`;
