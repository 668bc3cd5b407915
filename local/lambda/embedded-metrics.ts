import { isObject } from "../stack/functions";

/**
 * The metrics that a line of a function's log embeds, each with the sum of its values.
 *
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
 *
 * @returns no entry for a line without embedded metrics.
 */
export function embeddedMetrics(line: string): ReadonlyMap<string, number> {
  const sums = new Map<string, number>();
  if (!line.includes('"_aws"')) return sums;
  // In text logs Lambda puts a time, the request's id and a level in front of what console.log prints.
  const document = parseObject(line.slice(line.indexOf("{")));
  const directives = isObject(document?._aws) ? document._aws.CloudWatchMetrics : undefined;
  if (!document || !Array.isArray(directives)) return sums;
  for (const directive of directives) {
    const metrics: unknown = isObject(directive) ? directive.Metrics : undefined;
    if (!Array.isArray(metrics)) continue;
    for (const metric of metrics) {
      const name: unknown = isObject(metric) ? metric.Name : undefined;
      if (typeof name !== "string") continue;
      sums.set(name, sumOf(document[name]));
    }
  }
  return sums;
}

/** Of a number, of a list of numbers, or of a distribution, which says its sum itself. */
function sumOf(value: unknown): number {
  if (isObject(value)) return typeof value.Sum === "number" ? value.Sum : 0;
  const values = [value].flat().filter((one) => typeof one === "number");
  return values.reduce((sum, one) => sum + one, 0);
}

function parseObject(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
