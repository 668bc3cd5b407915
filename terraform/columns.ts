import type { GlueTable } from "./types";

/** The reason why records can't be converted to a table; undefined when they can. */
export function columnProblem({ database, name: table, columns }: GlueTable): string | undefined {
  if (columns.length === 0) return `the table ${database}.${table} has no columns`;
  const names = columns.map(({ name }) => name.toLowerCase());
  const twice = names.find((name, at) => names.indexOf(name) < at);
  return twice === undefined ? undefined : `the table ${database}.${table} has the column ${twice} twice`;
}
