import type { GlueTable } from "@streaming-data-lake/terraform/types";
import { TrinoError } from "../trino/types/errors";
import type { CatalogState, Database, RegisteredPartition, TableRecord } from "./state";

/** A table with its partitions, as a statement sees it. */
export interface CatalogEntry {
  readonly table: GlueTable;
  readonly partitions: readonly RegisteredPartition[];
  /** Whether Terraform has made it. */
  readonly ofStack: boolean;
  /** Whether nothing is known of its partitions: it is the stack's, and no statement has registered any. */
  readonly unregistered?: true;
  readonly createTime?: number;
}

/** The database that is always there. */
export const defaultDatabase = "default";

export const isView = (table: GlueTable): boolean => table.tableType === "VIRTUAL_VIEW";

export const keyOf = (database: string, table: string): string =>
  `${database.toLowerCase()}.${table.toLowerCase()}`;

/** The stack's tables and what statements have made beside them, at one moment. Names are in any case. */
export class Snapshot {
  private readonly stack = new Map<string, GlueTable>();
  private readonly stackDatabases = new Set<string>();

  constructor(
    tables: readonly GlueTable[],
    readonly state: CatalogState,
    /** Whether the folders of a stack's table are its partitions for as long as none is registered. */
    private readonly findsPartitions = false,
  ) {
    for (const table of tables) {
      this.stack.set(keyOf(table.database, table.name), table);
      this.stackDatabases.add(table.database.toLowerCase());
    }
  }

  /** The stack's databases first, then those that statements made. */
  get databases(): readonly string[] {
    const made = Object.keys(this.state.databases).filter((name) => !this.stackDatabases.has(name));
    const all = [...this.stackDatabases, ...made];
    return all.includes(defaultDatabase) || all.length > 0 ? all : [defaultDatabase];
  }

  hasDatabase(name: string): boolean {
    return name === defaultDatabase || this.isStackDatabase(name) || name in this.state.databases;
  }

  isStackDatabase(name: string): boolean {
    return this.stackDatabases.has(name);
  }

  database(name: string): Database | undefined {
    if (name in this.state.databases) return this.state.databases[name];
    return this.hasDatabase(name) ? { name, parameters: {} } : undefined;
  }

  /** @throws TrinoError TABLE_CONFLICT where the stack has taken the name of a table that a statement made. */
  find(database: string, name: string): CatalogEntry | undefined {
    const key = keyOf(database, name);
    const record = Object.hasOwn(this.state.tables, key) ? this.state.tables[key] : undefined;
    return this.found(entryOf(this.stack.get(key), record));
  }

  private found(entry: CatalogEntry | undefined): CatalogEntry | undefined {
    if (!entry?.unregistered || this.findsPartitions) return entry;
    const { unregistered: _, ...registered } = entry;
    return registered;
  }

  /** The stack's own definition, whatever statements have changed. */
  ofStack(database: string, name: string): GlueTable | undefined {
    return this.stack.get(keyOf(database, name));
  }

  tables(database: string): CatalogEntry[] {
    const prefix = `${database.toLowerCase()}.`;
    const keys = new Set([...this.stack.keys(), ...Object.keys(this.state.tables)]);
    return [...keys].flatMap((key) => {
      if (!key.startsWith(prefix)) return [];
      const record = this.state.tables[key];
      const inStack = this.stack.get(key);
      // A conflict is told where the table is named; a list has the stack's.
      const entry = isConflict(inStack, record) ? entryOf(inStack, undefined) : entryOf(inStack, record);
      return entry ? [this.found(entry) ?? entry] : [];
    });
  }
}

const isConflict = (inStack: GlueTable | undefined, record: TableRecord | undefined): boolean =>
  inStack !== undefined &&
  record?.definition !== undefined &&
  (record.of === undefined || record.of !== definitionText(inStack));

/** A definition as text, by which a later one is told apart. */
export const definitionText = (table: GlueTable): string => JSON.stringify({ ...table, address: undefined });

function entryOf(inStack: GlueTable | undefined, record: TableRecord | undefined): CatalogEntry | undefined {
  if (!inStack) {
    if (!record?.definition || record.of !== undefined) return undefined;
    const { definition: table, partitions = [], createTime } = record;
    return { table, partitions, ofStack: false, ...(createTime !== undefined && { createTime }) };
  }
  if (!record) return { table: inStack, partitions: [], ofStack: true, unregistered: true };
  if (record.dropped) return undefined;
  if (isConflict(inStack, record)) {
    const name = `${inStack.database}.${inStack.name}`;
    const what =
      record.of === undefined
        ? `table ${name} is both in the stack (${inStack.address}) and made by a statement here`
        : `table ${name} was altered here, and has changed in the stack (${inStack.address}) since`;
    throw new TrinoError("TABLE_CONFLICT", what, undefined, undefined, {
      hint: `DROP TABLE ${name} forgets what was made here, and the stack's table holds again`,
    });
  }
  const { definition: table = inStack, partitions } = record;
  return {
    table,
    partitions: partitions ?? [],
    ofStack: true,
    ...(!partitions && ({ unregistered: true } as const)),
  };
}
