import { TrinoError } from "../types/errors";
import type { Identifier, QualifiedName, Query } from "./ast";
import { parseStatement } from "./index";

/** A table or view. Both names are in lower case. */
export interface TableName {
  readonly database: string;
  readonly table: string;
}

/** The tables and views that a statement names. */
export interface NamedTables {
  /** The tables and views that are read, without duplicates. The target of an INSERT is not among them. */
  readonly reads: readonly TableName[];
  /** The target of an INSERT. */
  readonly writes?: TableName;
}

/**
 * The tables that a statement reads and writes, as its text shows. The queries of views are not included. An invalid
 * statement gives no names, since running it reports the error.
 *
 * @param database The database of names without one.
 */
export function tablesNamed(sql: string, database: string): NamedTables {
  const statement = parsed(sql);
  if (!statement) return { reads: [] };
  const named = new Map<string, TableName>();
  const add = (name: QualifiedName): void => {
    const table = tableNameOf(name, database);
    named.set(keyOf(table), table);
  };
  /** @param defined The names that a WITH clause has defined for this part of the statement. */
  const look = (node: unknown, defined: ReadonlySet<string>): void => {
    if (typeof node !== "object" || node === null) return;
    const { kind } = node as { readonly kind?: string };
    if (kind === "Table") {
      const { name } = node as { readonly name: QualifiedName };
      if (name.parts.length > 1 || !defined.has(lastOf(name))) add(name);
      return;
    }
    if (kind === "Query") {
      const { with: before, ...rest } = node as Query;
      const known = new Set(defined);
      for (const { name, query } of before?.queries ?? []) {
        if (before?.recursive) known.add(textOf(name));
        look(query, new Set(known));
        known.add(textOf(name));
      }
      for (const value of Object.values(rest)) look(value, known);
      return;
    }
    for (const value of Object.values(node)) look(value, defined);
  };
  look(statement, new Set());
  const writes = statement.kind === "Insert" ? tableNameOf(statement.target, database) : undefined;
  if (writes) named.delete(keyOf(writes));
  return { reads: [...named.values()], ...(writes && { writes }) };
}

function parsed(sql: string) {
  try {
    return parseStatement(sql).statement;
  } catch (error) {
    if (error instanceof TrinoError) return undefined;
    throw error;
  }
}

const textOf = ({ value }: Identifier): string => value.toLowerCase();

const lastOf = ({ parts }: QualifiedName): string => parts.at(-1)?.value.toLowerCase() ?? "";

/** The last two parts of a name are the database and the table; a catalog can be before them. */
export const tableNameOf = (name: QualifiedName, database: string): TableName => ({
  database: (name.parts.at(-2)?.value ?? database).toLowerCase(),
  table: lastOf(name),
});

const keyOf = ({ database, table }: TableName): string => JSON.stringify([database, table]);
