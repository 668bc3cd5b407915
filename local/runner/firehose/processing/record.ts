import type { UserRecord } from "../../stream/deaggregate";

/** A record on its way through the processors of a delivery stream. */
export interface ProcessedRecord extends UserRecord {
  /** Such as `partitionKeyFromQuery:customer`. */
  readonly partitionKeys?: ReadonlyMap<string, string>;
  /** Why it goes to the error prefix. */
  readonly failure?: Failure;
}

/** What is written of a record that can't be processed: https://docs.aws.amazon.com/firehose/latest/dev/data-transformation-failure-handling.html */
export interface Failure {
  /** What `!{firehose:error-output-type}` becomes. */
  readonly type: "processing-failed" | "dynamic-partitioning-failed" | "http-endpoint-failed";
  readonly attemptsMade: number;
  readonly errorCode: string;
  readonly errorMessage: string;
  /** Of the transform function. */
  readonly lambdaArn?: string;
}

/** The line of an error object. */
export function describeFailure({ failure, arrival, data }: ProcessedRecord): string {
  const { type: _, lambdaArn, ...rest } = failure ?? {};
  return JSON.stringify({
    ...rest,
    arrivalTimestamp: Math.round(arrival),
    attemptEndingTimestamp: Date.now(),
    rawData: data.toString("base64"),
    ...(lambdaArn && { lambdaArn }),
  });
}
