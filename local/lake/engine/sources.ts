import type { DuckDBConnection } from "@duckdb/node-api";
import type { GlueTable } from "@streaming-data-lake/terraform/types";
import { Footers } from "../footers";
import { type LakeObject, listObjects, listPartitions, type Partition } from "../partitions";
import { formatOf, relationOf } from "../relation";
import type { TableScan as ScanReport } from "../result";
import type { TableScan } from "../trino/bind/tree";
import { quoteName, quoteText } from "../trino/types/quote";
import type { Source } from "./catalog";
import { toBadData } from "./errors";
import { fromPhysical } from "./physical";
import { VirtualTable } from "./statements/information-schema";

/** What a statement's scans read, and what Athena would count of it. */
export interface Sources {
  /** The FROM item of each scan, whose columns have the table's names. */
  readonly byScan: ReadonlyMap<TableScan, string>;
  readonly bytesScanned: number;
  readonly tables: readonly ScanReport[];
}

/** Chooses the partitions that a scan can find rows in. */
export type Prune = (scan: TableScan, partitions: readonly Partition[]) => Promise<readonly Partition[]>;

/** Lays scans over the objects that are in the lake when a statement begins. */
export class SourceReader {
  private readonly footers: Footers;

  constructor(
    connection: DuckDBConnection,
    private readonly lakeFolder: string,
    private readonly now: () => Date,
  ) {
    this.footers = new Footers(connection);
  }

  async read(scans: readonly TableScan[], prune: Prune): Promise<Sources> {
    const byScan = new Map<TableScan, string>();
    const reports = new Map<GlueTable, { opened: Set<Partition>; all: number; objects: Set<string> }>();
    const listings = new Map<GlueTable, Promise<readonly Partition[]>>();
    let bytesScanned = 0;
    for (const scan of scans) {
      const source = scan.table.source as Source;
      if (source instanceof VirtualTable) {
        byScan.set(scan, `(${await source.sql()}) AS t`);
        continue;
      }
      const listing = listings.get(source) ?? listPartitions(source, this.lakeFolder, this.now());
      listings.set(source, listing);
      const partitions = await listing;
      const kept = await prune(scan, partitions);
      const objects = await this.objectsOf(kept);
      if (objects.length > 0 && formatOf(source) === "parquet")
        await this.footers.load(objects.map(({ object }) => object)).catch((error: unknown) => {
          throw toBadData(error);
        });
      byScan.set(scan, this.relation(scan, source, objects));
      const names = scan.columns.filter(({ id }) => scan.used.has(id)).map(({ name }) => name);
      for (const { object } of objects)
        bytesScanned += formatOf(source) === "parquet" ? this.footers.bytesOf(object, names) : object.bytes;
      const report = reports.get(source) ?? { opened: new Set(), all: partitions.length, objects: new Set() };
      for (const partition of kept) report.opened.add(partition);
      for (const { object } of objects) report.objects.add(object.path);
      reports.set(source, report);
    }
    return {
      byScan,
      bytesScanned,
      tables: [...reports].map(([table, { opened, all, objects }]) => ({
        database: table.database,
        table: table.name,
        partitions: opened.size,
        partitionsInAll: all,
        objects: objects.size,
      })),
    };
  }

  private async objectsOf(partitions: readonly Partition[]): Promise<PartitionObject[]> {
    const listed = await Promise.all(
      partitions.map(async (partition) =>
        (await listObjects(partition)).map((object) => ({ object, partition })),
      ),
    );
    return listed.flat();
  }

  private relation(scan: TableScan, table: GlueTable, objects: readonly PartitionObject[]): string {
    const used = scan.columns.filter(({ id }) => scan.used.has(id));
    const hidden = used.filter(({ column }) => column.hidden);
    const relation = relationOf(table, {
      objects: objects.map(({ object }) => object),
      footers: this.footers,
      lakeFolder: this.lakeFolder,
      withPath: hidden.length > 0,
    });
    const items = used.map(({ name, type, column }) => {
      const value = column.hidden ? hiddenColumn(name) : fromPhysical(`t.${quoteName(name)}`, type);
      return `${value} AS ${quoteName(name)}`;
    });
    const about = hidden.some(({ name }) => name !== "$path")
      ? ` LEFT JOIN ${this.about(objects)} ON o.path = t."$path"`
      : "";
    return `(SELECT ${items.length > 0 ? items.join(", ") : "1 AS one"} FROM (${relation}) AS t${about}) AS t`;
  }

  /** What the hidden columns say of objects, by the address in `$path`. */
  private about(objects: readonly PartitionObject[]): string {
    const rows = objects.map(({ object, partition }) => {
      const address = object.path.replace(`${this.lakeFolder}/`, "s3://").replaceAll("\\", "/");
      const name = Object.entries(partition.values)
        .map(([key, value]) => `${key}=${value}`)
        .join("/");
      const modified = BigInt(Math.floor(object.modified)) * 1000n;
      return `(${quoteText(address)}, CAST(${object.bytes} AS BIGINT), make_timestamp(CAST(${modified} AS BIGINT)), ${quoteText(name)})`;
    });
    if (rows.length === 0) rows.push("('', CAST(0 AS BIGINT), make_timestamp(0), '')");
    return `(VALUES ${rows.join(", ")}) AS o(path, bytes, modified, part)`;
  }
}

interface PartitionObject {
  readonly object: LakeObject;
  readonly partition: Partition;
}

function hiddenColumn(name: string): string {
  switch (name) {
    case "$path":
      return 't."$path"';
    case "$file_size":
      return "o.bytes";
    case "$file_modified_time":
      return "struct_pack(instant := o.modified, zone := 'UTC')";
    default:
      return "o.part";
  }
}
