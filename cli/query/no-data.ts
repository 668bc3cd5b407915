import type { QueryStatistics } from "@streaming-data-lake/lake";
import type { DeliveryStream, GlueTable, S3Destination, Stack } from "@streaming-data-lake/terraform";

/** Whether a delivery stream writes its objects where the table's are. */
export function fills({ bucket, prefix }: S3Destination, table: GlueTable): boolean {
  return `s3://${bucket}/${prefix}`.startsWith(table.location);
}

const destinationsOf = ({ destination, backup }: DeliveryStream) =>
  backup ? [destination, backup] : [destination];

/** When the first object of a table is to be expected; undefined where no delivery stream writes it. */
function delivered(
  { deliveryStreams }: Pick<Stack, "deliveryStreams">,
  table: GlueTable,
): string | undefined {
  const destination = deliveryStreams.flatMap(destinationsOf).find((candidate) => fills(candidate, table));
  return (
    destination &&
    `delivery flushes ${destination.bufferSeconds} s after a first record, or at ${destination.bufferMebibytes} MiB`
  );
}

const scheduled = "a scheduled query fills it";

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
    const filled = delivered(stack, table) ?? `${scheduled}; the command rollup runs that here`;
    return [`${name} has no data yet: ${filled}`];
  });
}

/**
 * The same of a statement on Athena that has scanned nothing: which tables it reads is known by their names in its text alone,
 * and a condition on the partitions may have left all objects out.
 */
export function nothingScannedHints(stack: Pick<Stack, "tables" | "deliveryStreams">, sql: string): string[] {
  const words = new Set(sql.toLowerCase().match(/\w+/g));
  return stack.tables
    .filter(({ name }) => words.has(name))
    .map((table) => `${table.name} may have no data yet: ${delivered(stack, table) ?? scheduled}`);
}
