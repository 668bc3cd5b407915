import { objectDays } from "@streaming-data-lake/rules/limits";
import { Token } from "cdktf";
import { digits } from "../core/arithmetic";
import type { Problems } from "../core/problems";
import { list, number, object, oneOf, optional, text, variant } from "../core/shape";

/** https://docs.aws.amazon.com/athena/latest/ug/partition-projection-supported-types.html */
export type TablePartition = DatePartition | EnumPartition | IntegerPartition | InjectedPartition;

interface NamedPartition {
  /** Name of the partition: 1-255 lower-case letters, digits and underscores. A column must not have the same name. */
  readonly name: string;
  /**
   * Hive type of the values: `string`, `date` for a date partition, or `tinyint`, `smallint`, `int` or `bigint` for any
   * other partition.
   *
   * @default "string"
   */
  readonly columnType?: string;
}

/** One partition a day (UTC), from `days` days ago until today, with values such as `2024-01-15`. */
export interface DatePartition extends NamedPartition {
  readonly type: "date";
  /** Days to go back, 1 or more. A query without a filter on this partition lists the objects of every day. */
  readonly days: number;
}

export interface EnumPartition extends NamedPartition {
  readonly type: "enum";
  /** One or more different values. Each is non-empty text without commas, slashes and control characters. */
  readonly values: readonly string[];
}

export interface IntegerPartition extends NamedPartition {
  readonly type: "integer";
  /** The first value of the partition, a whole number. `to` is the last. */
  readonly from: number;
  readonly to: number;
}

/** A partition without a list of values. Every query must say which of its values to read. */
export interface InjectedPartition extends NamedPartition {
  readonly type: "injected";
}

const named = { name: text, columnType: optional(text) };

export const partitionShape = variant("type", {
  date: object<DatePartition>({ ...named, type: oneOf("date"), days: number(objectDays) }),
  enum: object<EnumPartition>({ ...named, type: oneOf("enum"), values: list(text) }),
  integer: object<IntegerPartition>({ ...named, type: oneOf("integer"), from: number(), to: number() }),
  injected: object<InjectedPartition>({ ...named, type: oneOf("injected") }),
});

/** One partition a day (UTC), from `days` days ago until today, with folders such as `dt=2024-01-15/`. */
export function daily(name: string, days: number): DatePartition {
  return { name, type: "date", days };
}

/** https://docs.aws.amazon.com/athena/latest/ug/partition-projection-supported-types.html */
export function checkPartition(problems: Problems, partition: TablePartition): void {
  const { type, columnType } = partition;
  const types = ["string", ...(type === "date" ? ["date"] : ["tinyint", "smallint", "int", "bigint"])];
  if (columnType !== undefined)
    problems.require(
      "columnType",
      columnType,
      types.includes(columnType),
      `must be one of ${types.join(", ")}`,
    );
  if (type === "date") problems.integer("days", partition.days, objectDays);
  if (type === "enum") checkValues(problems, partition);
  if (type === "integer") {
    const { from, to } = partition;
    for (const [prop, value] of Object.entries({ from, to }))
      problems.require(prop, value, Number.isSafeInteger(value), "must be a whole number");
    problems.require("from", from, !(from > to) || Token.isUnresolved(to), "must not be above `to`");
  }
}

/** Checks the values. They become one table parameter, separated by commas, and each is the name of a folder. */
function checkValues(problems: Problems, { values }: EnumPartition): void {
  problems.require("values", values, values.length > 0, "must have at least one value");
  const seen = new Set<string>();
  for (const value of values) {
    problems.require("values", value, !seen.has(value), "is given twice");
    seen.add(value);
    problems.name(
      "values",
      value,
      /^[^,/\p{Cc}{}]+$/u,
      "text without commas, slashes, braces and control characters",
    );
  }
}

/** The table parameters with which Athena computes the partitions instead of looking them up. */
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
        [`${key}.range`]: `NOW-${digits(partition.days)}DAYS,NOW`,
        [`${key}.interval`]: "1",
        [`${key}.interval.unit`]: "DAYS",
      };
    case "enum":
      return { [`${key}.values`]: partition.values.join(",") };
    case "integer":
      return { [`${key}.range`]: `${digits(partition.from)},${digits(partition.to)}` };
    case "injected":
      return {};
  }
}
