import type { QueryStatistics } from "@streaming-data-lake/lake";
import type { DeliveryStream, GlueTable, S3Destination, Stack } from "@streaming-data-lake/terraform";

/** Whether a delivery stream writes its objects where the table's are. */
export function fills({ bucket, prefix }: S3Destination, table: GlueTable): boolean {
  return `s3://${bucket}/${prefix}`.startsWith(table.location);
}

export const destinationsOf = ({ destination, backup }: DeliveryStream) =>
  backup ? [destination, backup] : [destination];

/**
 * The same of a statement on Athena that has scanned nothing: which tables it reads is known by their names in its text alone,
 * and a condition on the partitions may have left all objects out.
 */
export function nothingScannedHints(stack: Pick<Stack, "tables" | "deliveryStreams">, sql: string): string[] {
  const words = new Set(sql.toLowerCase().match(/\w+/g));
  const tables = stack.tables
    .filter(({ name }) => words.has(name))
    .map(({ database, name }) => ({
      database,
      table: name,
      partitions: 0,
      partitionsInAll: 0,
      objects: 0,
    }));
  return noDataHints(stack, { milliseconds: 0, bytesScanned: 0, tables }).map((hint) =>
    hint.replace(" has no data yet:", " may have no data yet:").replace(/; the command rollup .*$/, ""),
  );
}

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
        ? `${name} has no data yet: delivery flushes ${destination.bufferSeconds} s after a first record, or at ${destination.bufferMebibytes} MiB`
        : `${name} has no data yet: a scheduled query fills it; the command rollup runs that here`,
    ];
  });
}
