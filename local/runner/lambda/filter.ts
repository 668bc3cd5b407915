import { StackError } from "@streaming-data-lake/terraform/errors";
import { isObject } from "@streaming-data-lake/terraform/functions";
import type { KinesisRecord } from "../stream/stream-source";

export type RecordFilter = (record: KinesisRecord) => boolean;

/**
 * The filter criteria of a mapping: a record goes to the function when one of the patterns matches it. A pattern on
 * `data` matches the data's JSON; data that is no JSON doesn't match it.
 *
 * https://docs.aws.amazon.com/lambda/latest/dg/invocation-eventfiltering.html
 *
 * @throws StackError for a pattern that is no JSON object.
 */
export function recordFilter(address: string, patterns: readonly string[]): RecordFilter {
  if (patterns.length === 0) return () => true;
  const parsed = patterns.map((text) => parsePattern(address, text));
  return (record) => {
    const event = {
      partitionKey: record.partitionKey,
      sequenceNumber: record.sequenceNumber,
      data: parseJson(record.data.toString("utf8")),
    };
    return parsed.some((pattern) => matches(pattern, event));
  };
}

type Pattern = Readonly<Record<string, unknown>>;

function parsePattern(address: string, text: string): Pattern {
  const pattern = parseJson(text);
  if (!isObject(pattern)) throw new StackError(`${address}: filter_criteria: ${text} is no JSON object`);
  return pattern;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** https://docs.aws.amazon.com/lambda/latest/dg/invocation-eventfiltering.html#filtering-syntax */
function matches(pattern: Pattern, event: unknown): boolean {
  return Object.entries(pattern).every(([key, rule]) => {
    if (key === "$or" && Array.isArray(rule))
      return rule.some((choice) => isObject(choice) && matches(choice, event));
    const value = isObject(event) && Object.hasOwn(event, key) ? event[key] : undefined;
    if (isObject(rule)) return matches(rule, value);
    if (!Array.isArray(rule)) return false;
    // Of a list in the event one element has to match.
    const values: unknown[] = Array.isArray(value) ? value : [value];
    return rule.some((test) => values.some((one) => accepts(test, one)));
  });
}

function accepts(test: unknown, value: unknown): boolean {
  if (!isObject(test)) return test === value;
  return Object.entries(test).every(([operator, operand]) => {
    switch (operator) {
      case "prefix":
        return typeof value === "string" && value.startsWith(String(operand));
      case "suffix":
        return typeof value === "string" && value.endsWith(String(operand));
      case "equals-ignore-case":
        return typeof value === "string" && value.toLowerCase() === String(operand).toLowerCase();
      case "exists":
        return (value !== undefined) === operand;
      case "anything-but":
        return value !== undefined && ![operand].flat().some((not) => accepts(not, value));
      case "numeric":
        return Array.isArray(operand) && typeof value === "number" && isWithin(value, operand);
      default:
        return false;
    }
  });
}

/** `[">", 0, "<=", 5]` */
function isWithin(value: number, range: readonly unknown[]): boolean {
  for (let at = 0; at < range.length; at += 2) {
    const bound = Number(range[at + 1]);
    const holds = {
      "=": value === bound,
      "<": value < bound,
      "<=": value <= bound,
      ">": value > bound,
      ">=": value >= bound,
    }[String(range[at])];
    if (!holds) return false;
  }
  return true;
}
