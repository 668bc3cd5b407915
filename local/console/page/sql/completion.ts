import type { Completion, CompletionSource } from "@codemirror/autocomplete";
import type { SQLNamespace } from "@codemirror/lang-sql";
import type { CatalogTree } from "../../api";

type Table = CatalogTree["databases"][number]["tables"][number];

/**
 * What completion offers after a name: the tables of a database, and the columns of a table, with or without its
 * database before it.
 */
export function completedNames({ databases }: CatalogTree): SQLNamespace {
  const tablesOf = (tables: readonly Table[]) =>
    tables.map((table) => [
      table.name,
      {
        self: { label: table.name, detail: table.kind, type: "type" },
        children: table.columns.map(optionOf),
      },
    ]);
  return Object.fromEntries([
    ...tablesOf(databases.flatMap(({ tables }) => tables)),
    ...databases.map(({ name, tables }) => [
      name,
      {
        self: { label: name, detail: "database", type: "namespace" },
        children: Object.fromEntries(tablesOf(tables)),
      },
    ]),
  ]);
}

/**
 * Completes unqualified column names: columns of the tables that the statement names, or of all tables while it names
 * none.
 */
export function completedColumns({ databases }: CatalogTree): CompletionSource {
  const tables = databases.flatMap((database) => database.tables);
  return (context) => {
    const word = context.matchBefore(/\w+/);
    if (word === null && !context.explicit) return null;
    const from = word?.from ?? context.pos;
    const text = context.state.doc.toString();
    if (/(\.|\b(from|join|into|table|describe)\s+)$/i.test(text.slice(0, from))) return null;
    const words = new Set(text.toLowerCase().match(/\w+/g));
    const named = tables.filter(({ name }) => words.has(name.toLowerCase()));
    const columns = (named.length > 0 ? named : tables).flatMap((table) => table.columns);
    const options = new Map(columns.map((column) => [column.name, { ...optionOf(column), boost: 2 }]));
    return { from, options: [...options.values()], validFor: /^\w*$/ };
  };
}

const optionOf = ({ name, type }: Table["columns"][number]): Completion => ({
  label: name,
  detail: type,
  type: "property",
});
