import { randomUUID } from "node:crypto";
import { dirname } from "node:path";
import { inside, objectPath } from "@streaming-data-lake/lake/paths";
import { bucketOf } from "@streaming-data-lake/terraform/names";
import type { EventSourceMapping } from "@streaming-data-lake/terraform/types";
import { uuidOf } from "@streaming-data-lake/terraform/uuid";
import { makeFolder } from "../files/folders";
import { appendLines, replaceFile } from "../files/write";
import type { KinesisRecord } from "../stream/stream-source";

export type Condition = "RetryAttemptsExhausted" | "RecordAgeExceeded";

export interface Discarded {
  readonly condition: Condition;
  readonly shardId: string;
  readonly records: readonly KinesisRecord[];
  readonly requestId: string;
  readonly invocations: number;
  /** "Unhandled" when the function failed; null when it returned failed items or was not invoked. */
  readonly functionError: "Unhandled" | null;
  /** The event that the function received. Only an S3 destination stores it. */
  readonly payload: string;
}

/**
 * The document that a mapping sends to its on-failure destination for a batch that it discards.
 *
 * https://docs.aws.amazon.com/lambda/latest/dg/services-kinesis-errors.html
 */
function onFailureDocument(mapping: EventSourceMapping, discarded: Discarded, now: Date) {
  const { records } = discarded;
  const [first] = records;
  const last = records.at(-1);
  return {
    requestContext: {
      requestId: discarded.requestId,
      functionArn: mapping.functionArn,
      condition: discarded.condition,
      approximateInvokeCount: discarded.invocations,
    },
    ...(discarded.invocations > 0 && {
      responseContext: {
        statusCode: 200,
        executedVersion: "$LATEST",
        functionError: discarded.functionError,
      },
    }),
    version: "1.0",
    timestamp: now.toISOString(),
    KinesisBatchInfo: {
      shardId: discarded.shardId,
      startSequenceNumber: first?.sequenceNumber,
      endSequenceNumber: last?.sequenceNumber,
      approximateArrivalOfFirstRecord: new Date(first?.arrival ?? 0).toISOString(),
      approximateArrivalOfLastRecord: new Date(last?.arrival ?? 0).toISOString(),
      batchSize: records.length,
      streamArn: mapping.streamArn,
    },
  };
}

/** What is written for a discarded batch. */
export interface DeadLetter {
  /** The line of `dead-letters.ndjson`. */
  readonly line: string;
  /** The object of an S3 destination. */
  readonly object?: { readonly bucket: string; readonly key: string; readonly text: string };
}

export function deadLetter(mapping: EventSourceMapping, discarded: Discarded): DeadLetter {
  const now = new Date();
  const document = onFailureDocument(mapping, discarded, now);
  const destination = mapping.onFailureArn ?? null;
  const line = JSON.stringify({ destination, ...document });
  const bucket = bucketOf(mapping.onFailureArn);
  if (!bucket) return { line };
  const text = JSON.stringify({ ...document, payload: discarded.payload });
  return { line, object: { bucket, key: objectKey(mapping, discarded.shardId, now), text } };
}

/**
 * Where discarded batches go on this machine. Each one is a line of `dead-letters.ndjson`, with the destination that
 * AWS would send it to, or null if there is none, so that no batch is discarded silently. For an S3 destination, the
 * object is written too.
 */
export class DeadLetters {
  constructor(
    private readonly dir: string,
    private readonly lake: string,
  ) {}

  /** Returns when the dead letter is on disk. When it throws, it can be called again. */
  write({ line, object }: DeadLetter): void {
    if (object) {
      const path = objectPath(this.lake, object.bucket, object.key);
      makeFolder(dirname(path));
      replaceFile(path, object.text);
    }
    appendLines(inside(this.dir, "dead-letters.ndjson"), `${line}\n`, { durable: true });
  }
}

/** The key of an S3 destination's object: https://docs.aws.amazon.com/lambda/latest/dg/services-kinesis-errors.html */
function objectKey(mapping: EventSourceMapping, shardId: string, now: Date): string {
  const [day = "", time = ""] = now.toISOString().split(/[T.]/);
  const stamp = `${day}T${time.replaceAll(":", ".")}`;
  return `aws/lambda/${uuidOf(mapping.address)}/${shardId}/${day.replaceAll("-", "/")}/${stamp}-${randomUUID()}`;
}
