import type { GlueDatabase, GlueTable } from "@streaming-data-lake/terraform/types";
import { errorAt } from "../trino/types/errors";
import { partitionLocation, partitionName } from "./partition-names";
import type { CatalogState, MadeDatabase, RegisteredPartition, TableRecord } from "./state";

/** A table with its partitions, as a statement sees it. */
export interface CatalogEntry {
  readonly table: GlueTable;
  readonly partitions: readonly RegisteredPartition[];
  /** Whether the table is defined by Terraform. */
  readonly ofStack: boolean;
  readonly createTime?: number;
}

/** The part of the catalog that Terraform defines. */
export interface StackCatalog {
  readonly tables: readonly GlueTable[];
  readonly databases?: readonly GlueDatabase[];
}

/** The database that always exists. */
export const defaultDatabase = "default";

export const isView = (table: GlueTable): boolean => table.tableType === "VIRTUAL_VIEW";

export const tableKey = (database: string, table: string): string =>
  `${database.toLowerCase()}.${table.toLowerCase()}`;

/** The stack's tables and what statements have created, at one moment. Names are looked up without regard to case. */
export class Snapshot {
  private readonly stack = new Map<string, GlueTable>();
  private readonly stackDatabases = new Map<string, MadeDatabase>();

  constructor(
    { tables, databases = [] }: StackCatalog,
    readonly state: CatalogState,
  ) {
    // The first database that has a table is the default for names without a database.
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

  /** The stack's databases, followed by those that statements created. */
  get databases(): readonly string[] {
    const made = Object.keys(this.state.databases).filter((name) => !this.stackDatabases.has(name));
    const all = [...this.stackDatabases.keys(), ...made];
    return all.length > 0 ? all : [defaultDatabase];
  }

  /** The database of names without one, if a statement is not given another. */
  get usualDatabase(): string {
    return this.databases[0] ?? defaultDatabase;
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

  /** @throws TrinoError TABLE_CONFLICT when the stack now has a table with the name of one that a statement created. */
  find(database: string, name: string): CatalogEntry | undefined {
    const key = tableKey(database, name);
    const record = Object.hasOwn(this.state.tables, key) ? this.state.tables[key] : undefined;
    return entryOf(this.stack.get(key), record);
  }

  /** The stack's own definition, without the changes of statements. */
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
      // A conflict is reported when a statement names the table. A list shows the stack's table.
      const entry = isConflict(inStack, record) ? entryOf(inStack, undefined) : entryOf(inStack, record);
      return entry ? [entry] : [];
    });
  }
}

const isConflict = (inStack: GlueTable | undefined, record: TableRecord | undefined): boolean =>
  inStack !== undefined &&
  record?.definition !== undefined &&
  (record.stackDefinition === undefined || record.stackDefinition !== definitionText(inStack));

/** A definition as text, which shows whether a later definition differs from it. */
export const definitionText = (table: GlueTable): string =>
  JSON.stringify({ ...table, address: undefined, partitions: undefined });

/** The partitions that the stack registers, each with its location. */
export const stackPartitions = (table: GlueTable): RegisteredPartition[] =>
  (table.partitions ?? []).map(({ values, location }) => ({
    values,
    location: location ?? partitionLocation(table, values),
  }));

/** Whether a statement has created a new table in place of the stack's. */
export const isReplaced = ({ createTime }: TableRecord): boolean => createTime !== undefined;

/** The stack's partitions without those that statements removed, followed by those that statements registered. */
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
    if (!record?.definition || record.stackDefinition !== undefined) return undefined;
    const { definition: table, partitions = [], createTime } = record;
    return { table, partitions, ofStack: false, ...(createTime !== undefined && { createTime }) };
  }
  if (record?.dropped) return undefined;
  if (record && isConflict(inStack, record)) {
    const name = `${inStack.database}.${inStack.name}`;
    const what =
      record.stackDefinition === undefined
        ? `table ${name} is both in the stack (${inStack.address}) and made by a statement here`
        : `table ${name} was altered here, and has changed in the stack (${inStack.address}) since`;
    const hint = `DROP TABLE ${name} forgets what was made here, and the stack's table holds again`;
    throw errorAt(undefined, "TABLE_CONFLICT", what, hint);
  }
  const { definition: table = inStack, createTime } = record ?? {};
  const entry = { table, partitions: partitionsOf(inStack, record), ofStack: true };
  return createTime === undefined ? entry : { ...entry, createTime };
}
