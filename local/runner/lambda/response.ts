import { isObject, jsonValueOf } from "@streaming-data-lake/terraform/values";
import type { KinesisRecord } from "../stream/stream-source";

/**
 * The result of a batch: the number of records, counted from the first, that succeeded, or that the response is not
 * valid.
 */
export type Verdict = { readonly succeeded: number } | "invalid";

/**
 * Parses a partial batch response.
 *
 * An empty or null response, or an empty or null list, means success. When there are several items, the retry starts at
 * the lowest sequence number. An item that is empty, null, misnamed or not of this batch makes the whole batch fail.
 *
 * https://docs.aws.amazon.com/lambda/latest/dg/services-kinesis-batchfailurereporting.html
 */
export function readResponse(payload: string, records: readonly KinesisRecord[]): Verdict {
  const response = jsonValueOf(payload);
  if (response === null) return { succeeded: records.length };
  if (!isObject(response)) return "invalid";
  const items: unknown = response.batchItemFailures ?? [];
  if (!Array.isArray(items)) return "invalid";
  let first = records.length;
  for (const item of items as readonly unknown[]) {
    const id = isObject(item) ? item.itemIdentifier : undefined;
    const index = records.findIndex(({ sequenceNumber }) => sequenceNumber === id);
    if (index < 0) return "invalid";
    first = Math.min(first, index);
  }
  return { succeeded: first };
}
