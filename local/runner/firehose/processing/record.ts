import type { SentRecord } from "../../stream/deaggregate";

/** A record on its way through the processors of a delivery stream. */
export interface ProcessedRecord extends SentRecord {
  /** The partition keys, such as `partitionKeyFromQuery:customer`. */
  readonly partitionKeys?: ReadonlyMap<string, string>;
  /** Why the record goes to the error prefix. */
  readonly failure?: RecordFailure;
}

/**
 * What the error object says about a record that can't be processed:
 * https://docs.aws.amazon.com/firehose/latest/dev/data-transformation-failure-handling.html
 */
export interface RecordFailure {
  /** The value of `!{firehose:error-output-type}`. */
  readonly type: "processing-failed" | "dynamic-partitioning-failed" | "http-endpoint-failed";
  readonly attemptsMade: number;
  readonly errorCode: string;
  readonly errorMessage: string;
  /** ARN of the transform function. */
  readonly lambdaArn?: string;
}

/** The record's line in an error object. */
export function describeRecordFailure({ failure, arrival, data }: ProcessedRecord): string {
  const { type: _, lambdaArn, ...rest } = failure ?? {};
  return JSON.stringify({
    ...rest,
    arrivalTimestamp: Math.round(arrival),
    attemptEndingTimestamp: Date.now(),
    rawData: data.toString("base64"),
    ...(lambdaArn && { lambdaArn }),
  });
}
