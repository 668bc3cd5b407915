import type { QueryStatistics } from "@streaming-data-lake/lake";
import type { DeliveryStream, GlueTable, S3Destination, Stack } from "@streaming-data-lake/terraform";

/** Whether a delivery stream writes its objects where the table's are. */
export function fills({ bucket, prefix }: S3Destination, table: GlueTable): boolean {
  return `s3://${bucket}/${prefix}`.startsWith(table.location);
}

export const destinationsOf = ({ destination, backup }: DeliveryStream) =>
  backup ? [destination, backup] : [destination];

/** For each table that a statement reads and that has no object yet: when the first is to be expected. */
export function noDataHints(
  stack: Pick<Stack, "tables" | "deliveryStreams">,
  { tables }: QueryStatistics,
): string[] {
  return tables.flatMap(({ database, table: name, partitionsInAll, objects }) => {
    const table = stack.tables.find(
      (candidate) => candidate.database === database && candidate.name === name,
    );
    if (!table || partitionsInAll > (table.partitionKeys.length > 0 ? 0 : 1) || objects > 0) return [];
    const destination = stack.deliveryStreams
      .flatMap(destinationsOf)
      .find((candidate) => fills(candidate, table));
    return [
      destination
        ? `${name} has no data yet: delivery flushes ${destination.bufferSeconds} s after a first record, or at ${destination.bufferMebibytes} MiB; "npm start" fills the lake`
        : `${name} has no data yet: a scheduled query fills it; "npm run local -- rollup" runs that here`,
    ];
  });
}
