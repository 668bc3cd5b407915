import type { GlueDatabase, GlueTable } from "@streaming-data-lake/terraform/types";
import { TrinoError } from "../trino/types/errors";
import { partitionLocation, partitionName } from "./partition-names";
import type { CatalogState, MadeDatabase, RegisteredPartition, TableRecord } from "./state";

/** A table with its partitions, as a statement sees it. */
export interface CatalogEntry {
  readonly table: GlueTable;
  readonly partitions: readonly RegisteredPartition[];
  /** Whether Terraform has made it. */
  readonly ofStack: boolean;
  readonly createTime?: number;
}

/** What Terraform has made of the catalog. */
export interface StackCatalog {
  readonly tables: readonly GlueTable[];
  readonly databases?: readonly GlueDatabase[];
}

/** The database that is always there. */
export const defaultDatabase = "default";

export const isView = (table: GlueTable): boolean => table.tableType === "VIRTUAL_VIEW";

export const tableKey = (database: string, table: string): string =>
  `${database.toLowerCase()}.${table.toLowerCase()}`;

/** The stack's tables and what statements have made beside them, at one moment. Names are in any case. */
export class Snapshot {
  private readonly stack = new Map<string, GlueTable>();
  private readonly stackDatabases = new Map<string, MadeDatabase>();

  constructor(
    { tables, databases = [] }: StackCatalog,
    readonly state: CatalogState,
  ) {
    // The first database with a table is that of names without one.
    for (const table of tables) {
      this.stack.set(tableKey(table.database, table.name), table);
      const name = table.database.toLowerCase();
      this.stackDatabases.set(name, { name, parameters: {} });
    }
    for (const { name, description, location, parameters } of databases)
      this.stackDatabases.set(name.toLowerCase(), {
        name: name.toLowerCase(),
        ...(description !== undefined && { comment: description }),
        ...(location !== undefined && { location }),
        parameters,
      });
  }

  /** The stack's databases first, then those that statements made. */
  get databases(): readonly string[] {
    const made = Object.keys(this.state.databases).filter((name) => !this.stackDatabases.has(name));
    const all = [...this.stackDatabases.keys(), ...made];
    return all.length > 0 ? all : [defaultDatabase];
  }

  hasDatabase(name: string): boolean {
    return (
      name === defaultDatabase || this.isStackDatabase(name) || Object.hasOwn(this.state.databases, name)
    );
  }

  isStackDatabase(name: string): boolean {
    return this.stackDatabases.has(name);
  }

  database(name: string): MadeDatabase | undefined {
    if (Object.hasOwn(this.state.databases, name)) return this.state.databases[name];
    return this.stackDatabases.get(name) ?? (this.hasDatabase(name) ? { name, parameters: {} } : undefined);
  }

  /** @throws TrinoError TABLE_CONFLICT where the stack has taken the name of a table that a statement made. */
  find(database: string, name: string): CatalogEntry | undefined {
    const key = tableKey(database, name);
    const record = Object.hasOwn(this.state.tables, key) ? this.state.tables[key] : undefined;
    return entryOf(this.stack.get(key), record);
  }

  /** The stack's own definition, whatever statements have changed. */
  ofStack(database: string, name: string): GlueTable | undefined {
    return this.stack.get(tableKey(database, name));
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
      return entry ? [entry] : [];
    });
  }
}

const isConflict = (inStack: GlueTable | undefined, record: TableRecord | undefined): boolean =>
  inStack !== undefined &&
  record?.definition !== undefined &&
  (record.of === undefined || record.of !== definitionText(inStack));

/** A definition as text, by which a later one is told apart. */
export const definitionText = (table: GlueTable): string =>
  JSON.stringify({ ...table, address: undefined, partitions: undefined });

/** The partitions that the stack registers, each with its place. */
export const stackPartitions = (table: GlueTable): RegisteredPartition[] =>
  (table.partitions ?? []).map(({ values, location }) => ({
    values,
    location: location ?? partitionLocation(table, values),
  }));

/** Whether a statement has made a table again in the place of the stack's. */
export const isReplaced = ({ createTime }: TableRecord): boolean => createTime !== undefined;

/** The stack's partitions, but for those that were removed here, and what statements have registered. */
function partitionsOf(inStack: GlueTable, record: TableRecord | undefined): readonly RegisteredPartition[] {
  const { partitions = [], removedPartitions = [] } = record ?? {};
  if (record && isReplaced(record)) return partitions;
  const known = new Set([
    ...removedPartitions,
    ...partitions.map(({ values }) => partitionName(inStack, values)),
  ]);
  const ofStack = stackPartitions(inStack).filter(({ values }) => !known.has(partitionName(inStack, values)));
  return [...ofStack, ...partitions];
}

function entryOf(inStack: GlueTable | undefined, record: TableRecord | undefined): CatalogEntry | undefined {
  if (!inStack) {
    if (!record?.definition || record.of !== undefined) return undefined;
    const { definition: table, partitions = [], createTime } = record;
    return { table, partitions, ofStack: false, ...(createTime !== undefined && { createTime }) };
  }
  if (record?.dropped) return undefined;
  if (record && isConflict(inStack, record)) {
    const name = `${inStack.database}.${inStack.name}`;
    const what =
      record.of === undefined
        ? `table ${name} is both in the stack (${inStack.address}) and made by a statement here`
        : `table ${name} was altered here, and has changed in the stack (${inStack.address}) since`;
    throw new TrinoError("TABLE_CONFLICT", what, undefined, undefined, {
      hint: `DROP TABLE ${name} forgets what was made here, and the stack's table holds again`,
    });
  }
  const { definition: table = inStack, createTime } = record ?? {};
  const entry = { table, partitions: partitionsOf(inStack, record), ofStack: true };
  return createTime === undefined ? entry : { ...entry, createTime };
}
