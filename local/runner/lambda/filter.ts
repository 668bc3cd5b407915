import { StackError } from "@streaming-data-lake/terraform/errors";
import { isObject, jsonValueOf } from "@streaming-data-lake/terraform/values";
import type { KinesisRecord } from "../stream/stream-source";
import { type EventPattern, matchesPattern } from "./event-pattern";

export type RecordFilter = (record: KinesisRecord) => boolean;

/**
 * The filter criteria of a mapping. A record goes to the function when at least one pattern matches it. A pattern on
 * `data` matches the data's JSON, and never matches data that is not valid JSON.
 *
 * https://docs.aws.amazon.com/lambda/latest/dg/invocation-eventfiltering.html
 *
 * @throws StackError for a pattern that is not a JSON object.
 */
export function recordFilter(address: string, patterns: readonly string[]): RecordFilter {
  if (patterns.length === 0) return () => true;
  const parsed = patterns.map((text) => parsePattern(address, text));
  return (record) => {
    const event = {
      partitionKey: record.partitionKey,
      sequenceNumber: record.sequenceNumber,
      data: jsonValueOf(record.data.toString("utf8")),
    };
    return parsed.some((pattern) => matchesPattern(pattern, event));
  };
}

function parsePattern(address: string, text: string): EventPattern {
  const pattern = jsonValueOf(text);
  if (!isObject(pattern)) throw new StackError(`${address}: filter_criteria: ${text} is not a JSON object`);
  return pattern;
}
