import type { QueryStatistics } from "@streaming-data-lake/lake";
import type { Counters } from "@streaming-data-lake/runner/counters";
import { formatDuration, plural } from "@streaming-data-lake/runner/format";
import { findRunner, getJson } from "@streaming-data-lake/runner/runtime-file";
import type { Stack } from "@streaming-data-lake/terraform";
import { fills } from "./no-data";

/** One hint for each delivery stream with records that the runner has not written yet to a table of the statement. */
export async function bufferedHints(
  dir: string,
  { tables, deliveryStreams }: Pick<Stack, "tables" | "deliveryStreams">,
  statistics: QueryStatistics,
): Promise<string[]> {
  const runtime = await findRunner(dir);
  if (!runtime) return [];
  const status = (await getJson(runtime.status).catch(() => undefined)) as Counters | undefined;
  const asked = tables.filter((table) =>
    statistics.tables.some((one) => one.database === table.database && one.table === table.name),
  );
  return deliveryStreams.flatMap((delivery) => {
    const counters = status?.deliveries.find(({ name }) => name === delivery.name);
    return (["destination", "backup"] as const).flatMap((kind) => {
      const destination = delivery[kind];
      const buffer = counters?.buffers.find((one) => one.kind === kind);
      if (!destination || !buffer || buffer.since === undefined || buffer.records === 0) return [];
      if (!asked.some((table) => fills(destination, table))) return [];
      const left = Math.max(0, buffer.since + buffer.limitMilliseconds - Date.now());
      return [
        `${plural(buffer.records, "record")} ${buffer.records === 1 ? "is" : "are"} still in the buffer of ${delivery.name}, ` +
          `which is written in ${formatDuration(left)}; npm run local -- flush writes it now`,
      ];
    });
  });
}
