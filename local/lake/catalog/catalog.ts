import type { GlueTable } from "@streaming-data-lake/terraform/types";
import { partitionName } from "./partition-names";
import {
  definitionText,
  isReplaced,
  Snapshot,
  type StackCatalog,
  stackPartitions,
  tableKey,
} from "./snapshot";
import type { CatalogState, RegisteredPartition, TableRecord } from "./state";
import type { CatalogStore } from "./store";

/** The catalog's state after a change, and the value that the change returns. */
export interface Change<Result> {
  readonly state: CatalogState;
  readonly result: Result;
}

/** The stack's tables, together with what statements have created. */
export class LakeCatalog {
  private known: Snapshot | undefined;

  constructor(
    private readonly stack: StackCatalog,
    private readonly store: CatalogStore,
  ) {}

  /** Returns the current catalog. */
  async snapshot(): Promise<Snapshot> {
    const state = await this.store.read();
    if (this.known?.state !== state) this.known = this.snapshotOf(state);
    return this.known;
  }

  private snapshotOf(state: CatalogState): Snapshot {
    return new Snapshot(this.stack, state);
  }

  /** Changes the catalog atomically. When `change` throws, the catalog stays as it was. */
  change<Result>(change: (snapshot: Snapshot) => Change<Result>): Promise<Result> {
    return this.store.change((state) => change(this.snapshotOf(state)));
  }
}

/** The state in which a table's record is created, replaced, or (for undefined) removed. */
export function withRecord(state: CatalogState, key: string, record: TableRecord | undefined): CatalogState {
  const { [key]: _, ...others } = state.tables;
  return { ...state, tables: record ? { ...others, [key]: record } : others };
}

/**
 * The state in which a table's definition or partitions are changed. A change to a table of the stack applies only
 * here, not to the stack.
 */
export function withTable(
  snapshot: Snapshot,
  database: string,
  name: string,
  change: { readonly table?: GlueTable; readonly partitions?: readonly RegisteredPartition[] },
): CatalogState {
  const { state } = snapshot;
  const key = tableKey(database, name);
  const record = state.tables[key] ?? {};
  const inStack = snapshot.ofStack(database, name);
  const replaced = inStack && change.table ? { stackDefinition: definitionText(inStack) } : {};
  return withRecord(state, key, {
    ...record,
    ...replaced,
    ...(change.table && { definition: change.table }),
    ...(change.partitions && partitionRecord(isReplaced(record) ? undefined : inStack, change.partitions)),
  });
}

/** The part of a table's partitions that differs from the stack's. */
function partitionRecord(
  inStack: GlueTable | undefined,
  partitions: readonly RegisteredPartition[],
): Pick<TableRecord, "partitions" | "removedPartitions"> {
  if (!inStack?.partitions) return { partitions };
  const nameOf = ({ values }: RegisteredPartition) => partitionName(inStack, values);
  const wanted = new Map(partitions.map((one) => [nameOf(one), one]));
  const ofStack = new Map(stackPartitions(inStack).map((one) => [nameOf(one), one]));
  const isUnchanged = (name: string) => wanted.get(name)?.location === ofStack.get(name)?.location;
  return {
    partitions: partitions.filter((one) => !isUnchanged(nameOf(one))),
    removedPartitions: [...ofStack.keys()].filter((name) => !isUnchanged(name)),
  };
}
