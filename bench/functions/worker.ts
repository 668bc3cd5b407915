import { BatchProcessor, EventType, processPartialResponse } from "@aws-lambda-powertools/batch";
import { parser } from "@aws-lambda-powertools/batch/parser";
import { Base64Encoded } from "@aws-lambda-powertools/parser/helpers";
import {
  KinesisDataStreamRecord,
  KinesisDataStreamRecordPayload,
} from "@aws-lambda-powertools/parser/schemas/kinesis";
import { encodeReading, type SensorReading, sensorReading } from "@streaming-data-lake/dataset";
import type { Context, KinesisStreamBatchResponse, KinesisStreamEvent } from "aws-lambda";
import type { Memory, Throughput } from "../functions";

type Handler = (event: KinesisStreamEvent, context: Context) => Promise<KinesisStreamBatchResponse>;

const context = {
  awsRequestId: "benchmark",
  functionName: "process-readings",
  getRemainingTimeInMillis: () => 60_000,
} as Context;

/** A batch of readings of twenty sensors, taken just now. One in a hundred is above the threshold. */
function batch(size: number, round: number): KinesisStreamEvent {
  const timestamp = new Date().toISOString();
  const Records = Array.from({ length: size }, (_, index) => {
    const sensor = `sensor-${String(index % 20).padStart(3, "0")}`;
    const reading: SensorReading = {
      sensor_id: sensor,
      temperature: index % 100 === 0 ? 35 : 15 + (((index * 7 + round) % 150) + 1) / 10,
      humidity: 40 + ((index * 3) % 400) / 10,
      timestamp,
      location: `warehouse-${"ABC"[index % 3]}`,
    };
    const sequenceNumber = `49590338271490256608559692538361571095921575989136${String(index).padStart(6, "0")}`;
    return {
      kinesis: {
        kinesisSchemaVersion: "1.0" as const,
        partitionKey: sensor,
        sequenceNumber,
        data: Buffer.from(encodeReading(reading)).toString("base64"),
        approximateArrivalTimestamp: Date.now() / 1000,
      },
      eventSource: "aws:kinesis" as const,
      eventVersion: "1.0" as const,
      eventID: `shardId-000000000000:${sequenceNumber}`,
      eventName: "aws:kinesis:record" as const,
      invokeIdentityArn: "arn:aws:iam::123456789012:role/lambda-role",
      awsRegion: "us-east-1",
      eventSourceARN: "arn:aws:kinesis:us-east-1:123456789012:stream/readings",
    };
  });
  return { Records } as KinesisStreamEvent;
}

/**
 * The function to compare with: Powertools' batch processor with its parser, which processes records in order, as a
 * shard needs it. The schema is built once, which is faster than the documented `innerSchema`, because that is built
 * for each record. This function only finds the high temperatures.
 */
function powertools(): Handler {
  const schema = KinesisDataStreamRecord.extend({
    kinesis: KinesisDataStreamRecordPayload.extend({ data: Base64Encoded(sensorReading) }),
  });
  const processor = new BatchProcessor(EventType.KinesisDataStreams, { parser, schema });
  let high = 0;
  const recordHandler = async ({ kinesis }: { kinesis: { data: SensorReading } }) => {
    if (kinesis.data.temperature > 30) high++;
  };
  return async (event, context) => {
    high = 0;
    const options = { context, processInParallel: false };
    const response = await processPartialResponse(event, recordHandler, processor, options);
    if (high === 0) throw new Error("The peer found no high temperature");
    return response as KinesisStreamBatchResponse;
  };
}

/** Milliseconds that one batch takes. */
async function time(handler: Handler, event: KinesisStreamEvent): Promise<number> {
  const start = performance.now();
  const { batchItemFailures } = await handler(event, context);
  const milliseconds = performance.now() - start;
  if (batchItemFailures.length > 0) throw new Error("A benchmark's batch failed");
  return milliseconds;
}

/** Readings a second in the fastest of many batches. Other work on the machine can only make the others slower. */
async function throughput(handler: Handler, batches: number): Promise<Throughput> {
  const size = 10_000;
  const event = batch(size, 0);
  let fastest = Number.POSITIVE_INFINITY;
  for (let round = 0; round < batches; round++) fastest = Math.min(fastest, await time(handler, event));
  return { readingsPerSecond: Math.round((size * 1000) / fastest) };
}

/** The heap after garbage collection, early and at the end. */
async function memory(ours: Handler): Promise<Memory> {
  const heap = () => {
    globalThis.gc?.();
    return process.memoryUsage().heapUsed / 2 ** 20;
  };
  let early = 0;
  const batches = 10_000;
  const events = Array.from({ length: 10 }, (_, round) => batch(100, round));
  for (let round = 0; round < batches; round++) {
    if (round === 1_000) early = heap();
    const event = events[round % events.length];
    if (event) await ours(event, context);
  }
  return { heapEarlyMebibytes: early, heapLateMebibytes: heap() };
}

async function main([entry = "", what]: readonly string[]): Promise<void> {
  if (what === "peer") return void process.send?.(await throughput(powertools(), 15));
  const { handler }: { handler: Handler } = await import(entry);
  process.send?.(what === "memory" ? await memory(handler) : await throughput(handler, 60));
}

main(process.argv.slice(2));
