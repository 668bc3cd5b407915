import type { IConstruct } from "constructs";
import { sameBucket } from "../lake/own-bucket";
import type { LakeTable } from "./lake-table";

/** Where a delivery to a table keeps the records as they were sent. There is no prefix if it does not keep them. */
interface RawRecords {
  readonly table: LakeTable;
  readonly prefix?: string;
}

/** The raw records of each app, in the order in which the deliveries were created. */
const rawRecords = new WeakMap<IConstruct, RawRecords[]>();

function ofApp({ node }: LakeTable): readonly RawRecords[] {
  return rawRecords.get(node.root) ?? [];
}

export function addRawRecords(table: LakeTable, prefix: string | undefined): void {
  rawRecords.set(table.node.root, [...ofApp(table), { table, prefix }]);
}

/** For each delivery to a table, the prefix at which it keeps the records as they were sent. */
export function rawPrefixesOf(table: LakeTable): readonly (string | undefined)[] {
  return ofApp(table)
    .filter((records) => records.table === table)
    .map(({ prefix }) => prefix);
}

/** Another table whose earlier delivery keeps its records at the same prefix; undefined when there is none. */
export function sharesRawRecords(table: LakeTable, prefix: string): LakeTable | undefined {
  const all = ofApp(table);
  const own = all.findIndex((records) => records.table === table);
  return all
    .slice(0, own)
    .find((other) => other.prefix === prefix && sameBucket(table, other.table.lake, table.lake))?.table;
}
