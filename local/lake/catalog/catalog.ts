import type { GlueTable } from "@streaming-data-lake/terraform/types";
import { definitionText, keyOf, Snapshot } from "./snapshot";
import type { CatalogState, RegisteredPartition, TableRecord } from "./state";
import type { CatalogStore } from "./store";

/** What a change makes of the catalog, and what it tells. */
export interface Change<Result> {
  readonly state: CatalogState;
  readonly result: Result;
}

/** The stack's tables with what statements make beside them. */
export class LakeCatalog {
  private known: Snapshot | undefined;

  constructor(
    private readonly stackTables: readonly GlueTable[],
    private readonly store: CatalogStore,
    private readonly findsPartitions: boolean,
  ) {}

  /** The catalog as it is now. */
  async snapshot(): Promise<Snapshot> {
    const state = await this.store.read();
    if (this.known?.state !== state) this.known = this.of(state);
    return this.known;
  }

  private of(state: CatalogState): Snapshot {
    return new Snapshot(this.stackTables, state, this.findsPartitions);
  }

  /** Changes the catalog as a whole; what `change` throws leaves it as it was. */
  change<Result>(change: (snapshot: Snapshot) => Change<Result>): Promise<Result> {
    return this.store.change((state) => change(this.of(state)));
  }
}

/** The state with a table's record made, changed or (undefined) forgotten. */
export function withRecord(state: CatalogState, key: string, record: TableRecord | undefined): CatalogState {
  const { [key]: _, ...others } = state.tables;
  return { ...state, tables: record ? { ...others, [key]: record } : others };
}

/** The state with a table's definition or partitions changed. A table of the stack is changed here only. */
export function withTable(
  snapshot: Snapshot,
  database: string,
  name: string,
  change: { readonly table?: GlueTable; readonly partitions?: readonly RegisteredPartition[] },
): CatalogState {
  const { state } = snapshot;
  const key = keyOf(database, name);
  const record = state.tables[key] ?? {};
  const inStack = snapshot.ofStack(database, name);
  const of = inStack && change.table ? { of: definitionText(inStack) } : {};
  return withRecord(state, key, {
    ...record,
    ...of,
    ...(change.table && { definition: change.table }),
    ...(change.partitions && { partitions: change.partitions }),
  });
}
