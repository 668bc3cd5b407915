import { join } from "node:path";
import { CatalogStore } from "@streaming-data-lake/lake/catalog/store";

/** The names of what statements have created or changed in addition to the stack. */
export interface Made {
  readonly databases: readonly string[];
  readonly tables: readonly string[];
  readonly views: readonly string[];
  /** Tables of the stack that a statement has altered or dropped in this folder. */
  readonly altered: readonly string[];
  readonly preparedStatements: readonly string[];
}

/** What statements have created in a run's folder; undefined when they have created nothing. */
export async function madeIn(folder: string): Promise<Made | undefined> {
  const { databases, tables, prepared } = await new CatalogStore(join(folder, "lake", ".catalog")).read();
  const named = Object.entries(tables);
  const isOfStack = ([, { definition, stackDefinition }]: (typeof named)[number]) =>
    !definition || stackDefinition !== undefined;
  const own = named.filter((entry) => !isOfStack(entry));
  const names = (entries: typeof named) => entries.map(([name]) => name).sort();
  const made: Made = {
    databases: Object.keys(databases).sort(),
    tables: names(own.filter(([, { definition }]) => definition?.tableType !== "VIRTUAL_VIEW")),
    views: names(own.filter(([, { definition }]) => definition?.tableType === "VIRTUAL_VIEW")),
    altered: names(named.filter(isOfStack)),
    preparedStatements: Object.keys(prepared).sort(),
  };
  return Object.values(made).some((list: readonly string[]) => list.length > 0) ? made : undefined;
}

const labels: Readonly<Record<keyof Made, string>> = {
  databases: "databases",
  tables: "tables",
  views: "views",
  altered: "of the stack, altered here only",
  preparedStatements: "prepared statements",
};

/** The lines that list what was created, one for each kind. */
export function madeLines(made: Made | undefined): string[] {
  if (!made) return [];
  const kinds = (Object.keys(labels) as (keyof Made)[]).filter((kind) => made[kind].length > 0);
  return ["", "Made by statements:", ...kinds.map((kind) => `  ${labels[kind]}: ${made[kind].join(", ")}`)];
}
