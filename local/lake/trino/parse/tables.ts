import { TrinoError } from "../types/errors";
import type { Identifier, QualifiedName } from "./ast";
import { parseStatement } from "./index";

/** Tables and views as a statement's text names them, in lower case and without their databases. */
export interface NamedTables {
  /** In the order of the alphabet. */
  readonly reads: readonly string[];
  /** Of an INSERT. */
  readonly writes?: string;
}

/**
 * What a statement reads and writes, by its text alone: views are not looked into. What is not a statement names none:
 * its run tells.
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
