import type { QueryStatistics } from "@streaming-data-lake/lake";
import { tablesOfSchedule, tablesOfStatement } from "@streaming-data-lake/lake/stack-tables";
import type { DeliveryStream, GlueTable, S3Destination, Stack } from "@streaming-data-lake/terraform";

type Fillers = Pick<Stack, "tables" | "deliveryStreams" | "schedules"> & Partial<Pick<Stack, "databases">>;

/** Whether a delivery stream writes its objects into the table's location. */
export function fills({ bucket, prefix }: S3Destination, { location }: GlueTable): boolean {
  return location !== "" && `s3://${bucket}/${prefix}`.startsWith(location.replace(/\/*$/, "/"));
}

const destinationsOf = ({ destination, backup }: DeliveryStream) =>
  backup ? [destination, backup] : [destination];

/** Says when the first object of a table can be expected; undefined when no delivery stream writes to the table. */
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

/** Whether a scheduled query of the stack writes to a table. */
const isScheduled = (stack: Fillers, table: GlueTable): boolean =>
  stack.schedules.some((schedule) => tablesOfSchedule(stack, schedule).writes === table);

const scheduled = "a scheduled query fills it";

/** One hint for each table that a statement reads and that has no object yet: when the first can be expected. */
export function noDataHints(stack: Fillers, { tables }: QueryStatistics): string[] {
  return tables.flatMap(({ database, table: name, partitionsInAll, objects }) => {
    const table = stack.tables.find(
      (candidate) => candidate.database === database && candidate.name === name,
    );
    if (!table || partitionsInAll > (table.partitionKeys.length > 0 ? 0 : 1) || objects > 0) return [];
    const filled = delivered(stack, table);
    if (filled !== undefined) return [`${name} has no data yet: ${filled}`];
    if (isScheduled(stack, table))
      return [`${name} has no data yet: ${scheduled}; the command rollup runs that here`];
    return [
      `${name} has no data: no delivery stream and no schedule of the stack writes it, and nothing is in ${table.location}`,
    ];
  });
}

/**
 * Hints for a statement that has scanned nothing on Athena. The tables that it reads may hold data all the same, because
 * a condition on the partitions can have excluded every object.
 *
 * @param database The database of names without one.
 */
export function nothingScannedHints(stack: Fillers, sql: string, database: string): string[] {
  return tablesOfStatement(stack, sql, database).reads.flatMap((table) => {
    const filled = delivered(stack, table) ?? (isScheduled(stack, table) ? scheduled : undefined);
    return filled === undefined ? [] : [`${table.name} may have no data yet: ${filled}`];
  });
}
