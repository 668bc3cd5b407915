import type { BoundQuery } from "../../trino/bind/tree";
import type { GlueCatalog } from "../catalog";

/** Most queries that are remembered, and most characters of each. */
const most = { queries: 100, characters: 10_000 };

/**
 * Remembers the queries that were bound over the current catalog. Dashboards and the console ask the same queries again
 * and again, and then only the objects and the time are new.
 */
export class KnownQueries {
  private readonly known = new Map<string, BoundQuery>();
  private catalog: GlueCatalog | undefined;

  find(sql: string, schema: string, catalog: GlueCatalog): BoundQuery | undefined {
    if (catalog !== this.catalog) this.known.clear();
    this.catalog = catalog;
    return this.known.get(keyOf(sql, schema));
  }

  add(sql: string, schema: string, query: BoundQuery): void {
    if (sql.length > most.characters) return;
    if (this.known.size >= most.queries) this.known.clear();
    this.known.set(keyOf(sql, schema), query);
  }
}

/**
 * The session's values. A query that is bound once for several statements sees the time of the running one, unless that
 * time has become a part of the query.
 */
export class StatementSession {
  readonly zone = "UTC";
  readonly user = "local";
  isTimeUsed = false;

  constructor(private readonly started: () => bigint) {}

  get startMicros(): bigint {
    this.isTimeUsed = true;
    return this.started();
  }
}

const keyOf = (sql: string, schema: string) => JSON.stringify([schema, sql]);
