import { isObject } from "@streaming-data-lake/terraform/values";
import type { KinesisRecord } from "../stream/stream-source";

/** What a response says of its batch: how many of its first records succeeded, or that it is not a valid response. */
export type Verdict = { readonly succeeded: number } | "invalid";

/**
 * Reads a partial batch response.
 *
 * An empty or null response or list is success. Of several items the lowest sequence number is where the retry
 * starts. An item that is empty, null, misnamed or not of this batch makes the whole batch a failure.
 *
 * https://docs.aws.amazon.com/lambda/latest/dg/services-kinesis-batchfailurereporting.html
 */
export function readResponse(payload: string, records: readonly KinesisRecord[]): Verdict {
  let response: unknown;
  try {
    response = JSON.parse(payload);
  } catch {
    return "invalid";
  }
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
