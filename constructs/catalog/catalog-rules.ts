import type { Problems } from "../core/problems";
import type { CatalogProps, TableProps } from "./catalog";

const rule = "lower-case letters, digits and underscores";

/** https://docs.aws.amazon.com/athena/latest/ug/tables-databases-columns-names.html */
export function checkCatalogProps(
  problems: Problems,
  props: CatalogProps,
  known: { readonly databaseName?: string },
): void {
  problems.exclusive("database", props.database, "databaseName", props.databaseName);
  problems.name("databaseName", known.databaseName, /^[a-z0-9_]{1,128}$/, `1-128 ${rule}`);
  for (const [name, table] of Object.entries(props.tables ?? {})) checkTable(problems, name, table);
}

function checkTable(problems: Problems, name: string, table: TableProps): void {
  problems.name("tables", name, /^[a-z0-9_]{1,128}$/, `1-128 ${rule}`);
  const of = problems.at(`tables.${name}`);
  of.require("columns", table.columns, table.columns.length > 0, "a table has at least one column");
  of.require(
    "prefix",
    table.prefix,
    /^[^/].*\/$/.test(table.prefix),
    'must end in "/" and not start with it',
  );
  const seen = new Set<string>();
  for (const column of [...table.columns, ...(table.partitions ?? [])]) {
    of.name("columns", column.name, /^[a-z0-9_]{1,255}$/, `1-255 ${rule}`);
    of.require("columns", column.name, !seen.has(column.name), "names one column only, partitions included");
    seen.add(column.name);
  }
  for (const partition of table.partitions ?? []) {
    const at = `partitions.${partition.name}`;
    if (partition.type === "date") of.integer(`${at}.days`, partition.days, 1, 36_500, "days");
    if (partition.type === "enum")
      of.require(
        `${at}.values`,
        partition.values,
        partition.values.length > 0,
        "must have at least one value",
      );
    if (partition.type === "integer")
      of.require(`${at}.from`, partition.from, partition.from <= partition.to, "must not be above `to`");
  }
}
