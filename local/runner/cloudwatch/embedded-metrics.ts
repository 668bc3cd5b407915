import type { Metric } from "@streaming-data-lake/terraform/types";
import { jsonValueOf } from "@streaming-data-lake/terraform/values";
import type { CountedValue, StatisticSet } from "./statistics";

/** The values of one metric in a log line, under one of its dimension sets. */
export interface EmbeddedMetric {
  readonly metric: Metric;
  /** The unit that the line gives, such as `Count` or `Milliseconds`; `None` when it gives none. */
  readonly unit: string;
  /** Values with the number of times that each occurred, or a statistic set that summarizes them. */
  readonly values: readonly CountedValue[] | StatisticSet;
}

/**
 * The metrics that a line of a function's log embeds, once for each dimension set. Lines without metrics yield none.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
 */
export function readEmbeddedMetrics(line: string): readonly EmbeddedMetric[] {
  if (!line.includes('"_aws"')) return [];
  // With the text log format, Lambda puts the time, the request id and the level before what console.log prints.
  const document = parseObject(line.slice(line.indexOf("{")));
  const metadata = document?._aws;
  if (!document || !isRecord(metadata)) return [];
  return listOf(metadata.CloudWatchMetrics)
    .filter(isRecord)
    .flatMap((directive) => {
      const namespace = directive.Namespace;
      if (typeof namespace !== "string") return [];
      const sets = listOf(directive.Dimensions).filter((set) => Array.isArray(set));
      return listOf(directive.Metrics).flatMap((definition) => {
        if (!isRecord(definition)) return [];
        const { Name: name, Unit: unit = "None" } = definition;
        if (typeof name !== "string" || typeof unit !== "string") return [];
        const values = valuesOf(document[name]);
        if (!values) return [];
        return (sets.length > 0 ? sets : [[]]).flatMap((set: readonly unknown[]) => {
          const dimensions = dimensionsOf(set, document);
          return dimensions ? [{ metric: { namespace, name, dimensions }, unit, values }] : [];
        });
      });
    });
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

/** The dimensions of a set; undefined when the document lacks the value of one. Such a set is not counted. */
function dimensionsOf(
  names: readonly unknown[],
  document: Readonly<Record<string, unknown>>,
): Record<string, string> | undefined {
  const dimensions: Record<string, string> = {};
  for (const name of names) {
    const value = typeof name === "string" ? document[name] : undefined;
    if (typeof name !== "string" || typeof value !== "string") return undefined;
    dimensions[name] = value;
  }
  return dimensions;
}

/** The values of a number, a list of numbers, a distribution or a statistic set; undefined for anything else. */
function valuesOf(value: unknown): readonly CountedValue[] | StatisticSet | undefined {
  if (isRecord(value)) {
    const { Values: values, Counts: counts } = value;
    if (isNumbers(values) && isNumbers(counts) && values.length === counts.length)
      return values.map((one, at) => [one, counts[at] ?? 0]);
    const { Count: count, Sum: sum, Min: minimum, Max: maximum } = value;
    const set = { count, sum, minimum, maximum };
    return isNumbers(Object.values(set)) ? (set as StatisticSet) : undefined;
  }
  const values: CountedValue[] = [];
  for (const one of Array.isArray(value) ? value : [value])
    if (typeof one === "number") values.push([one, 1]);
  return values.length > 0 ? values : undefined;
}

const isNumbers = (value: unknown): value is readonly number[] =>
  Array.isArray(value) && value.every((one) => typeof one === "number");

function parseObject(text: string): Readonly<Record<string, unknown>> | undefined {
  const value = jsonValueOf(text);
  return isRecord(value) ? value : undefined;
}
