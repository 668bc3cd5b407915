import type { TableRelation } from "../../trino/bind/tree";
import type { PartitionObject, ReadColumn } from "../scan";
import { readNamesOf } from "./relation";

/** A scan of Parquet objects that a statement names. */
export interface ParquetScan {
  readonly scan: TableRelation;
  readonly columns: readonly ReadColumn[];
  readonly objects: readonly PartitionObject[];
}

/** The sources of scans, with the WITH clause that they need. */
export interface ScanTexts {
  readonly byScan: ReadonlyMap<TableRelation, string>;
  /** The WITH clause, which ends with a blank. Empty when no scan is shared. */
  readonly clause: string;
}

/**
 * Largest number of scans of the same objects that are read separately. DuckDB opens a scan's objects when it plans,
 * even when another scan has opened them. More scans than this therefore share one query of the WITH clause. Fewer
 * scans are read separately, because their filters then apply to the objects.
 */
const mostAlike = 16;

/** @param relation Returns a query over the objects. */
export function scanTexts(
  scans: readonly ParquetScan[],
  relation: (columns: readonly ReadColumn[], objects: readonly PartitionObject[]) => string,
): ScanTexts {
  const alike = new Map<string, ParquetScan[]>();
  for (const scan of scans) {
    const key = scans.length > mostAlike ? keyOf(scan) : String(alike.size);
    const group = alike.get(key);
    if (group) group.push(scan);
    else alike.set(key, [scan]);
  }
  const byScan = new Map<TableRelation, string>();
  const queries: string[] = [];
  for (const group of alike.values()) {
    const [first] = group;
    if (!first || group.length <= mostAlike) {
      for (const { scan, columns, objects } of group) byScan.set(scan, `(${relation(columns, objects)})`);
      continue;
    }
    const name = `shared${queries.length + 1}`;
    queries.push(`${name} AS (${relation(first.columns, first.objects)})`);
    const names = first.columns.flatMap(readNamesOf);
    for (const { scan, columns } of group) {
      const items = columns.flatMap(readNamesOf).map((as, index) => `${names[index]} AS ${as}`);
      byScan.set(scan, `(SELECT ${items.length > 0 ? items.join(", ") : "*"} FROM ${name})`);
    }
  }
  return { byScan, clause: queries.length > 0 ? `WITH ${queries.join(", ")} ` : "" };
}

/** Scans with the same key read the same columns of the same objects. */
const keyOf = ({ columns, objects }: ParquetScan): string =>
  JSON.stringify([
    columns.map(({ origin, name }) => [origin, name]),
    objects.map(({ object }) => object.path),
  ]);
