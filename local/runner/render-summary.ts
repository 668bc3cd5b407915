import type { MetricTotal } from "./counters";
import { formatDuration, plural } from "./format";
import type { DeliverySummary, FunctionSummary, RunSummary } from "./summary";

/** Formats the summary as text, with a line for each function and each delivery stream. */
export function renderSummary(summary: RunSummary): string {
  const { produced, producedRecords, lambda, delivery, alarms, queries, seconds } = summary;
  const isAggregated = produced !== producedRecords;
  const kinesis = isAggregated ? "Kinesis record" : "record";
  const user = isAggregated ? "user record" : "record";
  const named = (name: string, { length }: readonly unknown[]) => (length > 1 ? `${name}: ` : "");
  const { mappings } = lambda;
  const ringing = Object.entries(alarms).filter(([, state]) => state === "ALARM");
  const lines: [string, string][] = [
    ["produced", `${plural(produced, user)}${isAggregated ? ` in ${plural(producedRecords, kinesis)}` : ""}`],
    ...mappings.map((one): [string, string] => [
      "lambda",
      named(one.name, mappings) + functionText(one, kinesis),
    ]),
    ...Object.values(lambda.metrics)
      .flatMap((metrics) => Object.entries(metrics))
      .map(([name, total]): [string, string] => ["metric", `${name} ${formatMetric(total)}`]),
    ...delivery.streams.map((one): [string, string] => [
      "delivery",
      named(one.name, delivery.streams) + deliveryText(one, user),
    ]),
    ...ringing.map(([name]): [string, string] => ["ALARM", name]),
    ...Object.entries(queries).map(([name, { rows }]): [string, string] => [
      "query",
      `${name}: ${plural(rows, "row")}`,
    ]),
    ["time", formatDuration(seconds * 1000)],
  ];
  return lines.map(([label, text]) => `${label.padEnd(10)}${text}`).join("\n");
}

function functionText({ succeeded, failed, filtered }: FunctionSummary, unit: string): string {
  const left = filtered > 0 ? `, ${filtered.toLocaleString("en-US")} filtered out` : "";
  return `${plural(succeeded, unit)} processed, ${failed} failed${left}`;
}

function deliveryText(delivery: DeliverySummary, unit: string): string {
  const { records, extracted, dropped, parquetObjects, rawObjects, errorObjects } = delivery;
  const more =
    extracted > 0 ? ` (${extracted.toLocaleString("en-US")} more than came, taken out of others)` : "";
  const less = dropped > 0 ? `; ${plural(dropped, unit)} dropped by a processor` : "";
  return (
    `${plural(records, unit)}${more} in ${plural(parquetObjects, "Parquet object")}, ` +
    `${plural(rawObjects, "raw object")}, ${plural(errorObjects, "error object")}${less}`
  );
}

/** A metric as text: the sum of a count, or the average and the range of any other metric. */
export function formatMetric({ unit, count, sum, minimum, maximum }: MetricTotal): string {
  const short = (value: number) =>
    Number(value.toPrecision(4)).toLocaleString("en-US", { maximumFractionDigits: 10 });
  if (unit === "Count") return sum.toLocaleString("en-US");
  const suffix = unit === "Milliseconds" ? " ms" : "";
  return `${short(sum / count)}${suffix} on average, ${short(minimum)} to ${short(maximum)}`;
}
