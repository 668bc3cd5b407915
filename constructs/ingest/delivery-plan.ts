import type { LakeTable } from "../catalog/lake-table";
import type { ILake } from "../lake/lake";
import { isTable, type StreamDeliveryProps } from "./stream-delivery-props";

/** Where a delivery's records go. What the props do not say follows from the table and the lake. */
export interface DeliveryPlan {
  readonly lake: ILake;
  /** The table whose columns decide how records are converted to Parquet; absent when they stay JSON. */
  readonly conversion?: LakeTable;
  /** The table that reads the records; absent when the destination is a folder. */
  readonly table?: LakeTable;
  readonly prefix: string;
  readonly errorPrefix: string;
  /** Prefix at which the records are kept as they were sent; absent when they are not kept. */
  readonly rawPrefix?: string;
}

export function planDelivery(props: StreamDeliveryProps): DeliveryPlan {
  const { to, keepRaw } = props;
  const day = "!{timestamp:yyyy-MM-dd}/";
  const errorPrefix = props.errorPrefix ?? `${to.lake.zones.errors}!{firehose:error-output-type}/dt=${day}`;
  if (!isTable(to))
    return {
      lake: to.lake,
      prefix: to.prefix,
      errorPrefix,
      rawPrefix: typeof keepRaw === "string" ? keepRaw : undefined,
    };
  const converts = to.format === "parquet";
  const dayName = to.partitions.find(({ type }) => type === "date")?.name ?? "dt";
  const keepsRaw = keepRaw ?? converts;
  return {
    lake: to.lake,
    conversion: converts ? to : undefined,
    table: to,
    prefix: props.prefix ?? `${to.prefix}${partitionFolders(to)}`,
    errorPrefix,
    rawPrefix: keepsRaw === true ? `${to.rawPrefix}${dayName}=${day}` : keepsRaw || undefined,
  };
}

/** The folders of a table's partitions, written with Firehose's expressions. */
function partitionFolders({ partitions }: LakeTable): string {
  return partitions
    .map(({ name, type }) =>
      type === "date" ? `${name}=!{timestamp:yyyy-MM-dd}/` : `${name}=!{partitionKeyFromQuery:${name}}/`,
    )
    .join("");
}

/** The folders of a prefix before its first expression. A policy or a table's location can name only these. */
export function fixedPart(prefix: string): string {
  const expression = prefix.indexOf("!{");
  return expression === -1 ? prefix : prefix.slice(0, expression).replace(/[^/]*$/, "");
}
