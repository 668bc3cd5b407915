import { relative, sep } from "node:path";
import type { DuckDBConnection } from "@duckdb/node-api";
import type { CatalogEntry } from "../catalog/snapshot";
import { objectKeyOf } from "../paths";
import { quoteName } from "../quote";
import { type LakeObject, listObjects } from "../reading/objects";
import { Footers } from "../reading/parquet/footers";
import { emptyQuery, parquetRelation } from "../reading/parquet/relation";
import { type ParquetScan, scanTexts } from "../reading/parquet/shared";
import { listPartitions, type Partition, type PartitionFilter } from "../reading/partitions";
import { formatOf, type PartitionObject, type ReadColumn } from "../reading/scan";
import { RowSources } from "../reading/table-function";
import { textRows } from "../reading/text-rows";
import { unregisteredNote } from "../reading/unregistered";
import type { TableScan as ScanReport } from "../result";
import type { TableRelation } from "../trino/bind/tree";
import { emittedColumn, type TableText, wholeName } from "../trino/emit/context";
import { isCut } from "../trino/types/types";
import type { SourceTable } from "./catalog";
import { VirtualTable } from "./statements/information-schema";

/** What the scans of a statement read, and the bytes that Athena would count for it. */
export interface ScanSources {
  /** The source of each scan. */
  readonly byScan: ReadonlyMap<TableRelation, TableText>;
  /** The WITH clause that must precede the statement. */
  readonly clause: string;
  readonly bytesScanned: number;
  readonly tables: readonly ScanReport[];
  /** The number of rows of the scans for which it is known before they are read. */
  readonly rows: ReadonlyMap<TableRelation, number>;
  /** Notes for the reader of the result. */
  readonly notes: readonly string[];
  /** Releases the sources. Call it when the statement has ended. */
  release(): void;
}

/** Connects scans with the objects that the lake holds when a statement starts. */
export class SourceReader {
  private readonly footers: Footers;
  private readonly rows: RowSources;

  constructor(
    connection: DuckDBConnection,
    private readonly lakeFolder: string,
    private readonly now: () => Date,
  ) {
    this.footers = new Footers(connection);
    this.rows = new RowSources(connection);
  }

  /** @param filterOf The filter that the statement's conditions put on the partitions of a scan. */
  async read(
    scans: readonly TableRelation[],
    filterOf: (scan: TableRelation) => PartitionFilter,
  ): Promise<ScanSources> {
    const byScan = new Map<TableRelation, TableText>();
    const reports = new Map<CatalogEntry, { opened: Set<string>; all: number; objects: Set<string> }>();
    const parquet: ParquetScan[] = [];
    const counts = new Map<TableRelation, number>();
    const notes = new Set<string>();
    const releases: (() => void)[] = [];
    // A table that a statement names twice is listed once, so that both scans see the same objects.
    const listed = new Map<string, readonly LakeObject[]>();
    let bytesScanned = 0;
    for (const scan of scans) {
      const source = scan.table.source as SourceTable;
      const columns = readColumns(scan);
      if (source instanceof VirtualTable) {
        byScan.set(scan, { sql: renamed(columns, await source.sql()) });
        continue;
      }
      const format = formatOf(source);
      const { partitions, all } = await listPartitions(source, {
        lakeFolder: this.lakeFolder,
        now: this.now(),
        filter: filterOf(scan),
      });
      const note = await unregisteredNote(source, all, this.lakeFolder);
      if (note !== undefined) notes.add(note);
      const objects = partitions.flatMap((partition) => this.objectsOf(partition, listed));
      if (format === "parquet") {
        await this.footers.load(objects);
        bytesScanned += this.chunkBytes(columns, objects);
        parquet.push({ scan, columns, objects });
        counts.set(
          scan,
          objects.reduce((sum, object) => sum + this.footers.footerOf(object).rows, 0),
        );
      } else {
        for (const { object } of objects) bytesScanned += object.bytes;
        const rows = this.rows.add(textRows(source.table, columns, objects));
        releases.push(rows.release);
        byScan.set(scan, { sql: objects.length > 0 ? rows.sql : `(${emptyQuery(columns)})` });
      }
      const report = reports.get(source) ?? { opened: new Set(), all, objects: new Set() };
      for (const { folder, name } of partitions) if (name === "") report.opened.add(folder);
      for (const { object, partition } of objects) {
        report.opened.add(partition.folder);
        report.objects.add(object.path);
      }
      reports.set(source, report);
    }
    const texts = scanTexts(parquet, (columns, objects) => parquetRelation(columns, objects, this.footers));
    for (const [scan, sql] of texts.byScan) byScan.set(scan, { sql, hasWhole: true });
    return {
      byScan,
      clause: texts.clause,
      bytesScanned,
      tables: [...reports].map(([{ table }, { opened, all, objects }]) => ({
        database: table.database,
        table: table.name,
        partitions: opened.size,
        partitionsInAll: all,
        objects: objects.size,
      })),
      rows: counts,
      notes: [...notes],
      release: () => {
        for (const release of releases) release();
      },
    };
  }

  /** Empty objects are skipped, since they have no rows in any format. */
  private objectsOf(
    partition: Partition,
    listed: Map<string, readonly LakeObject[]>,
  ): readonly PartitionObject[] {
    const objects =
      listed.get(partition.folder) ?? listObjects(partition.folder).filter(({ bytes }) => bytes > 0);
    listed.set(partition.folder, objects);
    return objects.map((object) => ({ object, partition, address: this.addressOf(object.path) }));
  }

  private addressOf(path: string): string {
    const [bucket = ""] = relative(this.lakeFolder, path).split(sep);
    return `s3://${bucket}/${objectKeyOf(this.lakeFolder, bucket, path)}`;
  }

  /** The compressed size of the columns' chunks, which is what Athena reads and charges for a Parquet object. Bytes. */
  private chunkBytes(columns: readonly ReadColumn[], objects: readonly PartitionObject[]): number {
    const names = new Set(columns.filter(({ origin }) => origin === "object").map(({ name }) => name));
    let bytes = 0;
    for (const object of objects)
      for (const column of this.footers.footerOf(object).columns)
        if (names.has(column.name.toLowerCase())) bytes += column.bytes;
    return bytes;
  }
}

/** Selects the columns that a statement reads from a query that uses the table's own column names. */
function renamed(columns: readonly ReadColumn[], query: string): string {
  const items = columns.map(({ name, as }) => `${quoteName(name)} AS ${as}`);
  return `(SELECT ${items.length > 0 ? items.join(", ") : "1 AS one"} FROM (${query}) AS t)`;
}

/** The columns of a table that a statement reads. */
function readColumns({ columns, used }: TableRelation): ReadColumn[] {
  const places = new Map<string, number>();
  const place = (name: string) => {
    const index = places.get(name) ?? 0;
    places.set(name, index + 1);
    return index;
  };
  return columns.flatMap(({ id, name, type, column }): ReadColumn[] => {
    const origin = column.hidden ? "file" : column.partitionKey ? "partition" : "object";
    const index = place(origin);
    if (!used.has(id)) return [];
    return [
      { origin, as: emittedColumn(id), name, type, index, ...(isCut(type) && { wholeAs: wholeName(id) }) },
    ];
  });
}
