import type { TransformFunction } from "@streaming-data-lake/terraform/types";
import { isObject, jsonValueOf } from "@streaming-data-lake/terraform/values";
import { AccessDenied } from "../../access/control";
import type { InvocationOutcome } from "../../lambda/process/worker";
import { withPartitionKeys } from "./metadata";
import type { ProcessedRecord, RecordFailure } from "./record";

export interface TransformOptions {
  readonly transform: TransformFunction;
  readonly invoke: (payload: string) => Promise<InvocationOutcome>;
  /** Called before each invocation to check that it is allowed. */
  readonly authorize: () => void;
  readonly region: string;
  readonly deliveryStreamArn: string;
  readonly sourceStreamArn: string | undefined;
  /** Whether the function may return partition keys. */
  readonly isPartitioned: boolean;
  readonly stopped: () => boolean;
}

/**
 * Largest number of records in an event, whose payload is in base64:
 * https://docs.aws.amazon.com/firehose/latest/dev/data-transformation.html
 */
const largestRecords = 500;

/**
 * Transforms records with a function. Records that the function drops are left out. Records that it fails with, or does
 * not return, become failures. An invocation that fails or is denied is retried.
 *
 * - https://docs.aws.amazon.com/firehose/latest/dev/data-transformation-status-model.html
 * - https://docs.aws.amazon.com/firehose/latest/dev/monitoring-with-cloudwatch-logs.html
 */
export async function transformRecords(
  records: readonly ProcessedRecord[],
  options: TransformOptions,
): Promise<ProcessedRecord[]> {
  const done: ProcessedRecord[] = [];
  for (const batch of batches(records, options.transform.bufferMebibytes * 1024 * 1024)) {
    if (options.stopped()) return done;
    done.push(...(await transformBatch(batch, options)));
  }
  return done;
}

function* batches(records: readonly ProcessedRecord[], limit: number): Generator<ProcessedRecord[]> {
  let batch: ProcessedRecord[] = [];
  let bytes = 0;
  for (const record of records) {
    if (batch.length > 0 && (bytes + record.data.length > limit || batch.length === largestRecords)) {
      yield batch;
      batch = [];
      bytes = 0;
    }
    batch.push(record);
    bytes += record.data.length;
  }
  if (batch.length > 0) yield batch;
}

async function transformBatch(
  batch: readonly ProcessedRecord[],
  options: TransformOptions,
): Promise<ProcessedRecord[]> {
  const { transform, stopped } = options;
  const ids = batch.map(
    ({ sequenceNumber, subSequenceNumber }, at) =>
      `${sequenceNumber}${padded(subSequenceNumber)}${padded(at)}`,
  );
  const payload = JSON.stringify(eventOf(batch, ids, options));
  let failure: RecordFailure | undefined;
  for (let attempt = 0; attempt <= transform.retries && !stopped(); attempt++) {
    const answer = await invoked(payload, options);
    if ("results" in answer) {
      const { results } = answer;
      return batch.flatMap((record, at) => apply(record, results.get(ids[at] ?? ""), attempt + 1, options));
    }
    failure = failureOf(attempt + 1, answer.errorCode, answer.errorMessage, options);
  }
  return batch.map((record) => ({ ...record, ...(failure && { failure }) }));
}

type Results = ReadonlyMap<string, Readonly<Record<string, unknown>>>;

/** https://docs.aws.amazon.com/firehose/latest/dev/monitoring-with-cloudwatch-logs.html#lambda-invocation-errors */
async function invoked(
  payload: string,
  { authorize, invoke }: TransformOptions,
): Promise<{ readonly results: Results } | Pick<RecordFailure, "errorCode" | "errorMessage">> {
  try {
    authorize();
  } catch (error) {
    if (!(error instanceof AccessDenied)) throw error;
    return { errorCode: "Lambda.InvokeAccessDenied", errorMessage: `Access was denied. ${error.message}` };
  }
  const outcome = await invoke(payload);
  if ("error" in outcome) {
    const { errorType, errorMessage } = outcome.error;
    return { errorCode: "Lambda.FunctionError", errorMessage: `${errorType}: ${errorMessage}` };
  }
  return resultsOf(outcome.payload);
}

const padded = (value: number): string => String(value).padStart(6, "0");

function failureOf(
  attemptsMade: number,
  errorCode: string,
  errorMessage: string,
  { transform }: TransformOptions,
): RecordFailure {
  return {
    type: "processing-failed",
    attemptsMade,
    errorCode,
    errorMessage,
    lambdaArn: transform.invokedArn,
  };
}

/** https://docs.aws.amazon.com/lambda/latest/dg/services-kinesisfirehose.html */
function eventOf(
  batch: readonly ProcessedRecord[],
  ids: readonly string[],
  { region, deliveryStreamArn, sourceStreamArn }: TransformOptions,
) {
  return {
    invocationId: crypto.randomUUID(),
    deliveryStreamArn,
    ...(sourceStreamArn !== undefined && { sourceKinesisStreamArn: sourceStreamArn }),
    region,
    records: batch.map(({ data, arrival, partitionKey, sequenceNumber, subSequenceNumber }, at) => ({
      recordId: ids[at],
      approximateArrivalTimestamp: Math.round(arrival),
      data: data.toString("base64"),
      ...(sourceStreamArn !== undefined && {
        kinesisRecordMetadata: {
          sequenceNumber,
          subsequenceNumber: subSequenceNumber,
          partitionKey,
          shardId: "",
          approximateArrivalTimestamp: Math.round(arrival),
        },
      }),
    })),
  };
}

/** The results by record id, or an error when the payload is not a valid response of a transform function. */
function resultsOf(payload: string): { readonly results: Results } | typeof unreadable {
  const answer = jsonValueOf(payload);
  if (!isObject(answer) || !Array.isArray(answer.records)) return unreadable;
  const records = answer.records.filter(isObject);
  const results = new Map(records.map((result) => [String(result.recordId), result]));
  return results.size < records.length ? duplicated : { results };
}

/** Base64 with or without padding, on one or several lines, as some encoders write it. */
const base64 = /^[A-Za-z0-9+/\s]*={0,2}\s*$/;

const unreadable = {
  errorCode: "Lambda.JsonProcessingException",
  errorMessage: "The Lambda function was successfully invoked but it returned no records.",
};
const duplicated = {
  errorCode: "Lambda.DuplicatedRecordId",
  errorMessage: "Multiple records were returned with the same record ID.",
};

/**
 * Applies the function's result to a record. It returns the record with the new data, no record when it was dropped, or
 * a failure.
 */
function apply(
  record: ProcessedRecord,
  result: Readonly<Record<string, unknown>> | undefined,
  attempts: number,
  options: TransformOptions,
): ProcessedRecord[] {
  const fail = (code: string, message: string) => [
    { ...record, failure: failureOf(attempts, code, message, options) },
  ];
  if (!result)
    return fail("Lambda.MissingRecordId", "One or more record Ids were not returned by the function.");
  if (result.result === "Dropped") return [];
  if (result.result === "ProcessingFailed")
    return fail("Lambda.ProcessingFailedStatus", "ProcessingFailed status set for record");
  if (result.result !== "Ok")
    return fail(unreadable.errorCode, `${result.result} is not a status of a record.`);
  if (typeof result.data !== "string") return fail(unreadable.errorCode, "The record has no data.");
  if (!base64.test(result.data)) return fail(unreadable.errorCode, "The record's data is not Base64.");
  const transformed = { ...record, data: Buffer.from(result.data, "base64") };
  const keys = isObject(result.metadata) ? result.metadata.partitionKeys : undefined;
  return [
    options.isPartitioned && isObject(keys)
      ? withPartitionKeys(transformed, "partitionKeyFromLambda", keys)
      : transformed,
  ];
}
