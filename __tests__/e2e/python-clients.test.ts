import { execFile } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, it } from "vitest";
import { type Runner, startRunner } from "../../local/runner/runner";
import { loadStack } from "../../terraform/index";
import { writeStack } from "../runner/fixtures/stack";
import { temporaryFolder } from "../support/folders";
import { inherited } from "./support/project";
import { describePythonClients } from "./support/requirements";

const run = promisify(execFile);
const reading = '{"sensor_id":"s-1","temperature":20.5,"timestamp":"2024-01-15T10:30:00Z"}';

describePythonClients("the runner's Kinesis", () => {
  const folder = temporaryFolder();
  let runner: Runner;
  let environment: NodeJS.ProcessEnv;

  beforeAll(async () => {
    const stack = loadStack(writeStack(join(folder, "stack")));
    runner = await startRunner({ stack, dir: join(folder, ".local") });
    // Version 2 of the command takes data in base64 unless told otherwise; version 1 never does.
    const config = join(folder, "config");
    writeFileSync(config, "[default]\ncli_binary_format = raw-in-base64-out\n");
    // With the lines that `npm run local` prints.
    environment = {
      ...inherited(),
      AWS_ENDPOINT_URL_KINESIS: runner.endpoint,
      AWS_REGION: runner.region,
      AWS_DEFAULT_REGION: runner.region,
      AWS_ACCESS_KEY_ID: "local",
      AWS_SECRET_ACCESS_KEY: "local",
      AWS_CONFIG_FILE: config,
      AWS_PAGER: "",
    };
  });
  afterAll(async () => {
    await runner.close();
  });

  const kinesis = async (...args: readonly string[]) => {
    const { stdout } = await run("aws", ["kinesis", ...args, "--output", "json"], { env: environment });
    return JSON.parse(stdout);
  };

  it("describes a stream to the aws command", async () => {
    const stream = runner.streams[0] ?? "";
    expect(await kinesis("describe-stream", "--stream-name", stream)).toMatchObject({
      StreamDescription: { StreamName: stream, StreamStatus: "ACTIVE", Shards: [{}] },
    });
  });

  it("takes records from the aws command, one by one and many at once, and gives them back", async () => {
    const stream = runner.streams[0] ?? "";
    const put = await kinesis(
      ...["put-record", "--stream-name", stream, "--partition-key", "s-1", "--data", reading],
    );
    expect(put).toMatchObject({ ShardId: "shardId-000000000000", SequenceNumber: expect.any(String) });
    const records = JSON.stringify([
      { Data: reading, PartitionKey: "s-1" },
      { Data: reading, PartitionKey: "s-2" },
    ]);
    expect(await kinesis("put-records", "--stream-name", stream, "--records", records)).toMatchObject({
      FailedRecordCount: 0,
      Records: [{ SequenceNumber: expect.any(String) }, { SequenceNumber: expect.any(String) }],
    });
    const { ShardIterator } = await kinesis(
      ...["get-shard-iterator", "--stream-name", stream, "--shard-id", "shardId-000000000000"],
      ...["--shard-iterator-type", "TRIM_HORIZON"],
    );
    const { Records } = await kinesis("get-records", "--shard-iterator", ShardIterator);
    expect(Records.map(({ PartitionKey }: { PartitionKey: string }) => PartitionKey)).toEqual([
      "s-1",
      "s-1",
      "s-2",
    ]);
    expect(Buffer.from(Records[0].Data, "base64").toString()).toBe(reading);
  });

  it("takes records from boto3, and delivers what all of them have put", async () => {
    const script = `
import boto3
client = boto3.client("kinesis")
answer = client.put_records(
    StreamName="${runner.streams[0]}",
    Records=[{"Data": b'${reading}', "PartitionKey": f"s-{n}"} for n in range(10)],
)
assert answer["FailedRecordCount"] == 0, answer
shard = client.describe_stream(StreamName="${runner.streams[0]}")["StreamDescription"]["Shards"][0]["ShardId"]
iterator = client.get_shard_iterator(
    StreamName="${runner.streams[0]}", ShardId=shard, ShardIteratorType="TRIM_HORIZON"
)["ShardIterator"]
records = client.get_records(ShardIterator=iterator)["Records"]
print(sum(record["Data"] == b'${reading}' for record in records))
`;
    const { stdout } = await run("python3", ["-c", script], { env: environment });
    expect(stdout.trim()).toBe("13");
    await runner.drain();
    await runner.flush();
    expect(runner.counters.mappings[0]).toMatchObject({ succeeded: 13, failed: 0 });
    expect(runner.counters.deliveries[0]).toMatchObject({ delivered: 13, rejected: 0 });
  });
});
