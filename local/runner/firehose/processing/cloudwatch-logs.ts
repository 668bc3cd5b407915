import { gunzipSync } from "node:zlib";
import { isObject, jsonValueOf } from "@streaming-data-lake/terraform/values";
import type { ProcessedRecord } from "./record";

/**
 * Decompresses a record that CloudWatch Logs has compressed with gzip. A record that is not compressed stays as it is.
 *
 * https://docs.aws.amazon.com/firehose/latest/dev/writing-with-cloudwatch-logs-decompression.html
 */
export function decompress(record: ProcessedRecord): ProcessedRecord {
  const { data } = record;
  if (data[0] !== 0x1f || data[1] !== 0x8b) return record;
  try {
    return { ...record, data: gunzipSync(data) };
  } catch (error) {
    return {
      ...record,
      failure: {
        type: "processing-failed",
        attemptsMade: 1,
        errorCode: "Decompression.Failed",
        errorMessage: `The record can't be decompressed: ${(error as Error).message}`,
      },
    };
  }
}

/**
 * The messages in a record of CloudWatch Logs, each followed by a newline. A control message has none.
 *
 * https://docs.aws.amazon.com/firehose/latest/dev/Message_extraction.html
 */
export function extractMessages(record: ProcessedRecord): ProcessedRecord[] {
  const events = logEvents(record.data);
  if (events === undefined) return [record];
  const text = events.map((event) => (isObject(event) ? `${event.message}\n` : "")).join("");
  return text === "" ? [] : [{ ...record, data: Buffer.from(text) }];
}

/** The log events in a record; undefined when the record does not come from CloudWatch Logs. */
function logEvents(data: Buffer): readonly unknown[] | undefined {
  const envelope = jsonValueOf(data.toString("utf8"));
  if (!isObject(envelope) || typeof envelope.messageType !== "string") return undefined;
  if (envelope.messageType !== "DATA_MESSAGE") return [];
  return Array.isArray(envelope.logEvents) ? envelope.logEvents : undefined;
}
