import { randomUUID } from "node:crypto";
import { rm } from "node:fs/promises";
import { gzipSync } from "node:zlib";
import type { HttpEndpoint } from "@streaming-data-lake/terraform/types";
import { isObject, jsonValueOf } from "@streaming-data-lake/terraform/values";
import { pause } from "@streaming-data-lake/timing";
import { GrowingFile } from "../../files/write";
import type { SentRecord } from "../../stream/deaggregate";
import type { FinishedObject, ObjectBuffer, Persist } from "../buffer";
import { FailedRecords } from "../error-log";
import { describeRecordFailure } from "../processing/record";
import { Contents, type Delivered } from "../spool";

export interface HttpBufferOptions {
  /** Path of the buffer's file, without extension. */
  readonly path: string;
  readonly persist: Persist;
  readonly endpoint: HttpEndpoint;
  /** ARN of the delivery stream. */
  readonly sourceArn: string;
  /** Adds a newline to each record. */
  readonly appendDelimiter: boolean;
  readonly abort: AbortSignal;
}

/** Time that Firehose waits for a response. Milliseconds. */
const timeoutMilliseconds = 180_000;

/** Pauses between retries: the first one doubles with each retry, up to the last one. Milliseconds. */
const pauses = { first: 200, last: 10_000 };

/** Why a request was refused, and whether it may be retried. */
interface Refusal {
  readonly errorCode: string;
  readonly errorMessage: string;
  readonly final?: boolean;
}

/**
 * Records for an HTTP endpoint. They are sent in a single request. Records that the endpoint has not acknowledged
 * within its retry duration go to the bucket's error prefix.
 *
 * https://docs.aws.amazon.com/firehose/latest/dev/httpdeliveryrequestresponse.html
 */
export class HttpBuffer implements ObjectBuffer {
  readonly contents = new Contents();
  private readonly records: SentRecord[] = [];
  private readonly errors: GrowingFile;
  private result: readonly FinishedObject[] | undefined;

  constructor(private readonly options: HttpBufferOptions) {
    this.errors = new GrowingFile(`${options.path}.errors`);
  }

  async add(shardId: string, records: readonly Delivered[]): Promise<void> {
    for (const delivered of records) {
      this.records.push(...delivered.userRecords);
      this.contents.add(shardId, delivered);
    }
  }

  async finish(): Promise<readonly FinishedObject[]> {
    this.result ??= await this.send();
    return this.result;
  }

  close(): Promise<void> {
    return this.errors.close();
  }

  async discard(): Promise<void> {
    await this.close();
    await rm(this.errors.path, { force: true });
  }

  private async send(): Promise<readonly FinishedObject[]> {
    const { abort, endpoint } = this.options;
    const { length } = this.records;
    if (length === 0) return [];
    const started = performance.now();
    const requestId = randomUUID();
    for (let attempts = 1; ; attempts++) {
      abort.throwIfAborted();
      const refusal = await this.request(requestId);
      if (!refusal) return [{ file: "", kind: "sent", records: length }];
      const spent = (performance.now() - started) / 1000;
      if (refusal.final || spent >= endpoint.retrySeconds) return this.keep(refusal, attempts);
      await pause(Math.min(pauses.first * 2 ** (attempts - 1), pauses.last), abort);
    }
  }

  /** Sends the request. Returns undefined when it was acknowledged. */
  private async request(requestId: string): Promise<Refusal | undefined> {
    const { abort, appendDelimiter, endpoint, sourceArn } = this.options;
    const tail = appendDelimiter ? "\n" : "";
    const body = JSON.stringify({
      requestId,
      timestamp: Date.now(),
      records: this.records.map(({ data }) => ({
        data: (tail ? Buffer.concat([data, Buffer.from(tail)]) : data).toString("base64"),
      })),
    });
    try {
      const response = await fetch(endpoint.url, {
        method: "POST",
        redirect: "manual",
        signal: AbortSignal.any([abort, AbortSignal.timeout(timeoutMilliseconds)]),
        headers: {
          "Content-Type": "application/json",
          "User-Agent": "Amazon Kinesis Data Firehose Agent/1.0",
          "X-Amz-Firehose-Protocol-Version": "1.0",
          "X-Amz-Firehose-Request-Id": requestId,
          "X-Amz-Firehose-Source-Arn": sourceArn,
          ...(endpoint.accessKey !== undefined && { "X-Amz-Firehose-Access-Key": endpoint.accessKey }),
          ...(Object.keys(endpoint.attributes).length > 0 && {
            "X-Amz-Firehose-Common-Attributes": JSON.stringify({ commonAttributes: endpoint.attributes }),
          }),
          ...(endpoint.gzip && { "Content-Encoding": "gzip" }),
        },
        body: endpoint.gzip ? gzipSync(body) : body,
      });
      return refusalOf(response.status, await response.text(), requestId);
    } catch (error) {
      abort.throwIfAborted();
      const { message, cause } = error as Error;
      const reason = cause instanceof Error ? cause.message : message;
      return {
        errorCode: "HttpEndpoint.ConnectionFailed",
        errorMessage: `The endpoint can't be reached: ${reason}`,
      };
    }
  }

  private async keep(refusal: Refusal, attemptsMade: number): Promise<readonly FinishedObject[]> {
    const { errorCode, errorMessage } = refusal;
    const failure = { type: "http-endpoint-failed", attemptsMade, errorCode, errorMessage } as const;
    const lines = this.records.map((record) => `${describeRecordFailure({ ...record, failure })}\n`);
    await this.options.persist(() => this.errors.append(lines.join("")));
    await this.errors.finish();
    const failures = new FailedRecords();
    failures.add(errorCode, errorMessage, lines.length);
    const file = this.errors.path;
    return [{ file, kind: "error", records: lines.length, errorOutputType: failure.type, failures }];
  }
}

function refusalOf(status: number, text: string, requestId: string): Refusal | undefined {
  if (status === 413)
    return {
      errorCode: "HttpEndpoint.RequestTooLarge",
      errorMessage: "The endpoint takes no request so large.",
      final: true,
    };
  const answer = jsonValueOf(text);
  const { requestId: acknowledged, errorMessage } = isObject(answer) ? answer : {};
  if (status === 200 && acknowledged === requestId) return undefined;
  if (status === 200)
    return {
      errorCode: "HttpEndpoint.InvalidResponseFromDestination",
      errorMessage: "The response is not recognized as valid: it must be JSON with the request's requestId.",
    };
  const said = typeof errorMessage === "string" ? errorMessage : text.slice(0, 200);
  return {
    errorCode: "HttpEndpoint.DestinationException",
    errorMessage: `Received the following response from the endpoint destination. ${status} ${said}`.trim(),
  };
}
