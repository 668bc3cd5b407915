/** https://docs.aws.amazon.com/athena/latest/ug/partition-projection-supported-types.html */
export type TablePartition = DatePartition | EnumPartition | IntegerPartition | InjectedPartition;

interface NamedPartition {
  /** 1-255 lower-case letters, digits and underscores; no column's name. */
  readonly name: string;
  /** Hive type. @default "string" */
  readonly columnType?: string;
}

/** One partition a day (UTC), from so many days back until today: `2024-01-15`. */
export interface DatePartition extends NamedPartition {
  readonly type: "date";
  /** Days back, 1 or more: each is a listing where a query has no filter on it. */
  readonly days: number;
}

export interface EnumPartition extends NamedPartition {
  readonly type: "enum";
  readonly values: readonly string[];
}

export interface IntegerPartition extends NamedPartition {
  readonly type: "integer";
  readonly from: number;
  readonly to: number;
}

/** Values that every query must name. */
export interface InjectedPartition extends NamedPartition {
  readonly type: "injected";
}

/** One partition a day (UTC), from so many days back until today, such as `dt=2024-01-15/`. */
export function daily(name: string, days: number): DatePartition {
  return { name, type: "date", days };
}

/** The table parameters by which Athena computes partitions instead of looking them up. */
export function projectionParameters(partitions: readonly TablePartition[]): Record<string, string> {
  if (partitions.length === 0) return {};
  const parameters: Record<string, string> = { "projection.enabled": "true" };
  for (const partition of partitions) {
    const key = `projection.${partition.name}`;
    parameters[`${key}.type`] = partition.type;
    Object.assign(parameters, ofType(key, partition));
  }
  return parameters;
}

function ofType(key: string, partition: TablePartition): Record<string, string> {
  switch (partition.type) {
    case "date":
      return {
        [`${key}.format`]: "yyyy-MM-dd",
        [`${key}.range`]: `NOW-${partition.days}DAYS,NOW`,
        [`${key}.interval`]: "1",
        [`${key}.interval.unit`]: "DAYS",
      };
    case "enum":
      return { [`${key}.values`]: partition.values.join(",") };
    case "integer":
      return { [`${key}.range`]: `${partition.from},${partition.to}` };
    case "injected":
      return {};
  }
}
