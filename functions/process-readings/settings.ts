import * as z from "zod";

/** Log levels, from the most to the least verbose. */
export const logLevels = ["DEBUG", "INFO", "WARN", "ERROR"] as const;

export type LogLevel = (typeof logLevels)[number];

/** The settings of a deployment. Each comes from an environment variable. */
export interface FunctionSettings {
  /** Temperature above which a reading raises an alert, in degrees Celsius. */
  readonly alertThreshold: number;
  /** CloudWatch namespace of the metrics. */
  readonly namespace: string;
  /** Name of the function in each log line. */
  readonly service: string;
  /** The least severe level that is logged. Metrics are written at every level. */
  readonly logLevel: LogLevel;
  /** Locations for which `HighTemperatureReadings` is also counted. AWS charges for each as a custom metric. */
  readonly metricLocations: readonly string[];
}

const variables = {
  ALERT_THRESHOLD_CELSIUS: z
    .string()
    .regex(/^-?\d+(\.\d+)?(e[+-]?\d+)?$/)
    .transform(Number)
    .pipe(z.number().min(-90).max(60)),
  /** https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_MetricDatum.html */
  METRICS_NAMESPACE: z.string().regex(/^(?!AWS\/)[\w./#-][\w./#: -]{0,254}$/),
  SERVICE_NAME: z.string().regex(/^[\w.-]{1,128}$/),
  LOG_LEVEL: z.enum(logLevels),
  METRIC_LOCATIONS: z
    .string()
    .transform((list) => (list === "" ? [] : list.split(",").map((location) => location.trim())))
    .pipe(z.array(z.string().min(1).max(64)).max(20)),
};

const rules: Readonly<Record<keyof typeof variables, string>> = {
  ALERT_THRESHOLD_CELSIUS: "a number from -90 to 60",
  METRICS_NAMESPACE: 'up to 255 letters, digits or ./#:_- and blanks, not starting with "AWS/" or ":"',
  SERVICE_NAME: "up to 128 letters, digits, dots, dashes or underscores",
  LOG_LEVEL: `one of ${logLevels.join(", ")}`,
  METRIC_LOCATIONS: "up to 20 locations of 1 to 64 characters, separated by commas",
};

/**
 * Reads the settings from the environment. A variable that is not set has its default. One that is set must be valid,
 * so that a misconfigured function fails when it starts, and not silently later.
 *
 * @throws Error naming every invalid variable, its value and its rule.
 */
export function readSettings(environment: Readonly<Record<string, string | undefined>>): FunctionSettings {
  const problems: string[] = [];
  function read<Name extends keyof typeof variables>(
    name: Name,
    fallback: z.output<(typeof variables)[Name]>,
  ): z.output<(typeof variables)[Name]> {
    const value = environment[name];
    if (value === undefined) return fallback;
    const result = variables[name].safeParse(value);
    if (result.success) return result.data as z.output<(typeof variables)[Name]>;
    problems.push(`${name} is ${JSON.stringify(value)} but must be ${rules[name]}`);
    return fallback;
  }
  const settings = {
    alertThreshold: read("ALERT_THRESHOLD_CELSIUS", 30),
    namespace: read("METRICS_NAMESPACE", "sensor-lake"),
    service: read("SERVICE_NAME", "process-readings"),
    logLevel: read("LOG_LEVEL", "INFO"),
    metricLocations: read("METRIC_LOCATIONS", []),
  };
  if (problems.length > 0) throw new Error(`process-readings: ${problems.join("; ")}`);
  return settings;
}
