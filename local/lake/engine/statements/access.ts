import type { GlueTable } from "@streaming-data-lake/terraform/types";
import type { CatalogEntry } from "../../catalog/snapshot";
import type { DefinitionAccess, StatementAccess } from "../../result";
import type { BoundQuery } from "../../trino/bind/tree";
import type { QualifiedName, Statement } from "../../trino/parse/ast";
import { namedIn } from "../scans";
import { VirtualTable } from "./information-schema";

const asTable = (
  does: "show table" | "list partitions",
  { database, name }: Pick<GlueTable, "database" | "name">,
) => ({ does, database, table: name }) as const;

/** The tables that a query reads and the views that it names. */
export function accessOfQuery(
  query: BoundQuery,
): Pick<StatementAccess, "reads"> & { readonly definitions: readonly DefinitionAccess[] } {
  const { scans, views } = namedIn(query);
  const reads = new Set<GlueTable>();
  const definitions: DefinitionAccess[] = [...views].map(({ schema, name }) =>
    asTable("show table", { database: schema, name }),
  );
  for (const { source } of new Set(scans.map(({ table }) => table))) {
    if (!(source instanceof VirtualTable)) reads.add((source as CatalogEntry).table);
    else if (source.partitionsOf) definitions.push(asTable("list partitions", source.partitionsOf));
  }
  return { reads: [...reads], definitions };
}

/** The definitions that are looked up when a query is bound but not run. */
export function definitionsOfQuery(query: BoundQuery): readonly DefinitionAccess[] {
  const { reads, definitions } = accessOfQuery(query);
  return [...definitions, ...reads.map((table) => asTable("show table", table))];
}

/** The table or view that a statement names. */
export function definitionOf(
  does: "show table" | "create table" | "alter table" | "drop table",
  { parts }: QualifiedName,
  otherwise: string,
): DefinitionAccess {
  const [table = "", database = otherwise] = parts.map(({ value }) => value.toLowerCase()).reverse();
  return { does, database, table };
}

/** The definitions that a SHOW statement of Trino's grammar looks up. */
export function definitionsOfShow(statement: Statement, schema: string): readonly DefinitionAccess[] {
  switch (statement.kind) {
    case "ShowSchemas":
      return [{ does: "list databases" }];
    case "ShowTables": {
      const database = statement.schema?.parts.at(-1)?.value.toLowerCase() ?? schema;
      return [{ does: "list tables", database }];
    }
    case "ShowColumns":
      return [definitionOf("show table", statement.table, schema)];
    case "ShowCreate":
      return [definitionOf("show table", statement.name, schema)];
    default:
      return [];
  }
}
