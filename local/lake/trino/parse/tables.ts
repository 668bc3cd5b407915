import { TrinoError } from "../types/errors";
import type { Identifier, QualifiedName } from "./ast";
import { parseStatement } from "./index";

/** The tables and views that a statement names, in lower case and without their databases. */
export interface NamedTables {
  /** The tables and views that are read, sorted by name. */
  readonly reads: readonly string[];
  /** The target of an INSERT. */
  readonly writes?: string;
}

/**
 * The tables that a statement reads and writes, as its text shows. The queries of views are not included. An invalid
 * statement gives no names, since running it reports the error.
 */
export function tablesNamed(sql: string): NamedTables {
  const statement = parsed(sql);
  if (!statement) return { reads: [] };
  const named = new Set<string>();
  const defined = new Set<string>();
  const look = (node: unknown): void => {
    if (typeof node !== "object" || node === null) return;
    const { kind, name } = node as { readonly kind?: string; readonly name?: QualifiedName | Identifier };
    if (kind === "Table" && name) named.add(lastOf(name));
    if (kind === "WithQuery" && name) defined.add(lastOf(name));
    for (const value of Object.values(node)) look(value);
  };
  look(statement);
  const writes = statement.kind === "Insert" ? lastOf(statement.target) : undefined;
  const reads = [...named].filter((table) => table !== writes && !defined.has(table)).sort();
  return { reads, ...(writes !== undefined && { writes }) };
}

function parsed(sql: string) {
  try {
    return parseStatement(sql).statement;
  } catch (error) {
    if (error instanceof TrinoError) return undefined;
    throw error;
  }
}

const lastOf = (name: QualifiedName | Identifier): string =>
  (name.kind === "Identifier" ? name.value : (name.parts.at(-1)?.value ?? "")).toLowerCase();
