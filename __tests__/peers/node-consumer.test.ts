import { setTimeout as sleep } from "node:timers/promises";
import { Aggregate } from "@streaming-data-lake/aggregation";
import { expect, it, onTestFinished } from "vitest";
import { Kinesis, listen } from "../../local/kinesis/index";
import { startMoto } from "../e2e/support/moto";
import { describePackage } from "../e2e/support/requirements";

/** The part of it that is used. https://github.com/lifion/lifion-kinesis */
interface Consumer {
  on(event: "data", listener: (chunk: { readonly records: readonly Got[] }) => void): void;
  on(event: "error", listener: (error: Error) => void): void;
  startConsumer(): Promise<void>;
  stopConsumer(): void;
}

interface Got {
  readonly partitionKey: string;
  readonly data: unknown;
}

// A consumer that nobody of us wrote; it keeps its checkpoints in a table of moto's.
describePackage("lifion-kinesis", "lifion-kinesis", "1.3.3", (folder) => {
  it.each([
    { by: "polling", useEnhancedFanOut: false },
    { by: "fan-out", useEnhancedFanOut: true },
  ])("gets every record once, those of aggregates too, by $by", async ({ useEnhancedFanOut }) => {
    process.env.AWS_SDK_JS_SUPPRESS_MAINTENANCE_MODE_MESSAGE = "1";
    const LifionKinesis = require(folder) as new (options: object) => Consumer;
    const kinesis = Kinesis.open({ transitionMs: 100 });
    onTestFinished(() => kinesis.close());
    const endpoint = await listen(kinesis);
    onTestFinished(() => endpoint.close());
    const moto = await startMoto();
    onTestFinished(() => moto.kill());
    const credentials = { accessKeyId: "testing", secretAccessKey: "testing", region: "us-east-1" };
    const consumer = new LifionKinesis({
      ...credentials,
      endpoint: endpoint.url,
      dynamoDb: { ...credentials, endpoint: moto.endpoint },
      streamName: "s",
      shardCount: 2,
      consumerGroup: "group",
      initialPositionInStream: "TRIM_HORIZON",
      leaseAcquisitionInterval: 1_000,
      noRecordsPollDelay: 100,
      useEnhancedFanOut,
    });
    const got: string[] = [];
    consumer.on("data", ({ records }) => {
      for (const { partitionKey, data } of records) got.push(`${partitionKey} ${JSON.stringify(data)}`);
    });
    const errors: Error[] = [];
    consumer.on("error", (error) => errors.push(error));
    // It creates the stream.
    await consumer.startConsumer();
    onTestFinished(() => consumer.stopConsumer());

    const sent = Array.from({ length: 1_000 }, (_, i) => ({ key: `sensor-${i % 20}`, number: i }));
    const records: { PartitionKey: string; Data: Buffer }[] = sent.slice(0, 400).map(({ key, number }) => ({
      PartitionKey: key,
      Data: Buffer.from(JSON.stringify({ number })),
    }));
    for (let at = 400; at < sent.length; at += 100) {
      // All records of an aggregate belong to one shard.
      const aggregate = new Aggregate();
      for (const { key, number } of sent.slice(at, at + 100))
        aggregate.tryAdd(
          { partitionKey: key, explicitHashKey: "0", data: Buffer.from(JSON.stringify({ number })) },
          1_000_000,
        );
      records.push({ PartitionKey: "aggregate", Data: aggregate.encode() });
    }
    await kinesis.call("PutRecords", { StreamName: "s", Records: records });
    for (const end = Date.now() + 90_000; got.length < sent.length && Date.now() < end; ) await sleep(100);
    expect(errors).toEqual([]);
    expect(got.sort()).toEqual(sent.map(({ key, number }) => `${key} {"number":${number}}`).sort());
  });
});
