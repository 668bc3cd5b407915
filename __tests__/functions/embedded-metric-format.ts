import * as z from "zod";

const name = z.string().min(1).max(1024);

/** A distribution, as AWS's OpenTelemetry distribution writes it. */
const distribution = z
  .strictObject({
    Values: z.array(z.number()).min(1).max(100),
    Counts: z.array(z.number().positive()).min(1).max(100),
    Max: z.number(),
    Min: z.number(),
    Sum: z.number(),
    Count: z.number(),
  })
  .refine(({ Values, Counts }) => Values.length === Counts.length);

const metricValue = z.union([z.number(), z.array(z.number()).min(1).max(100), distribution]);

/**
 * One line of CloudWatch's embedded metric format, within its limits.
 *
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
 */
export const embeddedMetricFormat = z
  .looseObject({
    _aws: z.strictObject({
      Timestamp: z.int().nonnegative(),
      CloudWatchMetrics: z.array(
        z.strictObject({
          Namespace: name,
          Dimensions: z.array(z.array(z.string().min(1).max(250)).max(30)).min(1),
          Metrics: z
            .array(
              z.strictObject({
                Name: name,
                Unit: z.enum(["Count", "Milliseconds", "None"]),
                StorageResolution: z.union([z.literal(1), z.literal(60)]).optional(),
              }),
            )
            .max(100),
        }),
      ),
    }),
  })
  .check(({ value, issues }) => {
    const fail = (message: string) => issues.push({ code: "custom", input: value, message });
    for (const { Dimensions, Metrics } of value._aws.CloudWatchMetrics) {
      for (const dimension of Dimensions.flat())
        if (!z.string().min(1).max(1024).safeParse(value[dimension]).success)
          fail(`no value of ${dimension}`);
      for (const { Name } of Metrics)
        if (!metricValue.safeParse(value[Name]).success) fail(`bad value of ${Name}`);
    }
    if (JSON.stringify(value).length > 1_000_000) fail("over 1 MB");
  });

/** What a line costs: each metric name in each set of dimension values. */
export function customMetrics(line: unknown): string[] {
  const value = embeddedMetricFormat.parse(line);
  return value._aws.CloudWatchMetrics.flatMap(({ Dimensions, Metrics }) =>
    Dimensions.flatMap((set) =>
      Metrics.map(({ Name }) => [Name, ...set.map((dimension) => `${dimension}=${value[dimension]}`)].join()),
    ),
  );
}
