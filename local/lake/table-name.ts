import type { GlueTable } from "@streaming-data-lake/terraform/types";

/** The databases of the tables. A table that is named without its database is looked for in this order. */
export const databasesOf = (tables: readonly GlueTable[]): string[] => [
  ...new Set(tables.map(({ database }) => database)),
];

/**
 * The table that a statement names, as `table`, `database.table` or `catalog.database.table`, in any case and with or
 * without double quotes.
 */
export function tableNamed(tables: readonly GlueTable[], path: string): GlueTable | undefined {
  const parts = [...path.matchAll(/"((?:[^"]|"")*)"|[^."\s]+/g)].map(([part, quoted]) =>
    (quoted?.replaceAll('""', '"') ?? part).toLowerCase(),
  );
  const [name, database] = parts.reverse();
  const databases = database === undefined ? databasesOf(tables) : [database];
  const candidates = tables.filter((table) => table.name.toLowerCase() === name);
  for (const each of databases) {
    const found = candidates.find((table) => table.database.toLowerCase() === each.toLowerCase());
    if (found) return found;
  }
  return undefined;
}
