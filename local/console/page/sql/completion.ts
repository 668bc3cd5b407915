import type { Completion, CompletionSource } from "@codemirror/autocomplete";
import type { SQLNamespace } from "@codemirror/lang-sql";
import type { CatalogTree } from "../../api";

type Table = CatalogTree["databases"][number]["tables"][number];

/**
 * What completion offers after a name: the tables of a database, and the columns of a table with its database before
 * it. A name without a database is a table of the first database.
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
    ...tablesOf(databases[0]?.tables ?? []),
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
  const tables = databases.flatMap((database, index) =>
    database.tables.map((table) => ({
      columns: table.columns,
      names: [`${database.name}.${table.name}`, ...(index === 0 ? [table.name] : [])].map(lower),
    })),
  );
  return (context) => {
    const word = context.matchBefore(/\w+/);
    if (word === null && !context.explicit) return null;
    const from = word?.from ?? context.pos;
    const text = context.state.doc.toString();
    if (/(\.|\b(from|join|into|table|describe)\s+)$/i.test(text.slice(0, from))) return null;
    const found = namesIn(text);
    const named = tables.filter(({ names }) => names.some((name) => found.has(name)));
    const columns = (named.length > 0 ? named : tables).flatMap((table) => table.columns);
    const options = new Map(columns.map((column) => [column.name, { ...optionOf(column), boost: 2 }]));
    return { from, options: [...options.values()], validFor: /^\w*$/ };
  };
}

const lower = (name: string): string => name.toLowerCase();

/**
 * The names in a text that can be those of a table: `one.events.id` begins with the table `events` of the database
 * `one`, or with the table `one`.
 */
function namesIn(text: string): ReadonlySet<string> {
  const whole = text.replace(/["`]/g, "").match(/\w+(?:\s*\.\s*\w+)*/g) ?? [];
  return new Set(
    whole.flatMap((name) => {
      const parts = lower(name).split(/\s*\.\s*/);
      return [1, 2].map((length) => parts.slice(0, length).join("."));
    }),
  );
}

const optionOf = ({ name, type }: Table["columns"][number]): Completion => ({
  label: name,
  detail: type,
  type: "property",
});
