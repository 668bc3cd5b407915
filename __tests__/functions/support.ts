import { Logger } from "@aws-lambda-powertools/logger";
import type {
  Context,
  KinesisStreamBatchResponse,
  KinesisStreamEvent,
  KinesisStreamRecord,
} from "aws-lambda";
import { vi } from "vitest";
import { createHandler } from "../../functions/process-readings/handler";
import { readSettings } from "../../functions/process-readings/settings";

/** The time it is in these tests. */
export const now = Date.parse("2024-01-15T10:30:05Z");

/** The lab's reading, five seconds old, with the given changes. */
export function reading(changes: object = {}): string {
  return `${JSON.stringify({
    sensor_id: "sensor-001",
    temperature: 22.5,
    humidity: 65.2,
    timestamp: "2024-01-15T10:30:00Z",
    location: "warehouse-A",
    ...changes,
  })}\n`;
}

/** https://docs.aws.amazon.com/lambda/latest/dg/with-kinesis.html#services-kinesis-event-example */
export function record(
  data: string | Uint8Array,
  index = 0,
  partitionKey = "sensor-001",
): KinesisStreamRecord {
  const sequenceNumber = `4959033827149025660855969253836157109592157598913658${String(index).padStart(4, "0")}`;
  return {
    kinesis: {
      kinesisSchemaVersion: "1.0",
      partitionKey,
      sequenceNumber,
      data: Buffer.from(data as Uint8Array).toString("base64"),
      approximateArrivalTimestamp: 1705314601.987,
    },
    eventSource: "aws:kinesis",
    eventVersion: "1.0",
    eventID: `shardId-000000000006:${sequenceNumber}`,
    eventName: "aws:kinesis:record",
    invokeIdentityArn: "arn:aws:iam::123456789012:role/lambda-role",
    awsRegion: "us-east-1",
    eventSourceARN: "arn:aws:kinesis:us-east-1:123456789012:stream/sensor-lake-dev-readings",
  };
}

export function event(...data: readonly (string | Uint8Array)[]): KinesisStreamEvent {
  return { Records: data.map((item, index) => record(item, index)) };
}

export function sequenceNumber(event: KinesisStreamEvent, index: number): string {
  return event.Records[index]?.kinesis.sequenceNumber ?? "";
}

export function context(remaining: () => number = () => 60_000): Context {
  return {
    callbackWaitsForEmptyEventLoop: true,
    functionName: "sensor-lake-dev-process-readings",
    functionVersion: "$LATEST",
    invokedFunctionArn: "arn:aws:lambda:us-east-1:123456789012:function:sensor-lake-dev-process-readings",
    memoryLimitInMB: "256",
    awsRequestId: "c6af9ac6-7b61-11e6-9a41-93e8deadbeef",
    logGroupName: "/aws/lambda/sensor-lake-dev-process-readings",
    logStreamName: "2024/01/15/[$LATEST]12345678901234567890123456789012",
    getRemainingTimeInMillis: remaining,
    done: () => undefined,
    fail: () => undefined,
    succeed: () => undefined,
  };
}

type Line = Readonly<Record<string, unknown>>;

export interface Answer {
  readonly response: KinesisStreamBatchResponse;
  /** The log lines, each a JSON object. */
  readonly logs: readonly Line[];
  /** The lines of embedded metrics. */
  readonly metrics: readonly Line[];
  /** Everything written, as it was. */
  readonly text: string;
}

export type Invoke = (event: KinesisStreamEvent, remaining?: () => number) => Promise<Answer>;

/** A function as it starts with this environment, with what it writes for each event. */
export function start(environment: Readonly<Record<string, string>> = {}): Invoke {
  const settings = readSettings(environment);
  const metricLines: string[] = [];
  const logger = new Logger({ serviceName: settings.service, logLevel: settings.logLevel });
  const writeMetrics = (line: string) => metricLines.push(line);
  const handler = createHandler({ settings, logger, writeMetrics, now: () => now });
  return async (event, remaining) => {
    metricLines.length = 0;
    const written: string[] = [];
    const spies = [process.stdout, process.stderr].map((stream) =>
      vi.spyOn(stream, "write").mockImplementation((text) => {
        written.push(String(text));
        return true;
      }),
    );
    try {
      const response = await handler(event, context(remaining));
      const text = [...written, ...metricLines.map((line) => `${line}\n`)].join("");
      const parse = (line: string): Line => JSON.parse(line);
      const logs = written.join("").split("\n").filter(Boolean).map(parse);
      return { response, logs, metrics: metricLines.map(parse), text };
    } finally {
      for (const spy of spies) spy.mockRestore();
    }
  };
}

/** The sum of a count metric over all lines, such as of `ReadingsRejected` over its reasons. */
export function total(metrics: readonly Line[], name: string): number {
  return metrics.reduce((sum, line) => sum + Number(line[name] ?? 0), 0);
}
