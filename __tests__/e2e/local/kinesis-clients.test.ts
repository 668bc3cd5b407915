import { execFile, execFileSync } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { describe, expect, it } from "vitest";
import { serve } from "../../kinesis/support";

// Clients that nobody of us wrote. Where one is not on this machine its test is skipped.

const run = promisify(execFile);

function has(command: string, args: readonly string[]): boolean {
  try {
    execFileSync(command, args, { stdio: "ignore", timeout: 60_000 });
    return true;
  } catch {
    return false;
  }
}

const boto3 = has("python3", ["-c", "import boto3"]);
const aws = has("aws", ["--version"]);

describe("boto3", () => {
  it.skipIf(!boto3)(
    "gets what it expects from every operation that it has",
    async () => {
      const { endpoint } = await serve({ transitionMs: 0 });
      const { stdout } = await run("python3", [join(__dirname, "kinesis-clients.py"), endpoint.url]);
      expect(JSON.parse(stdout)).toMatchObject({ "left out": [] });
    },
    180_000,
  );
});

describe("the aws command", () => {
  it.skipIf(!aws)(
    "creates a stream, puts, and reads",
    async () => {
      const { endpoint } = await serve();
      const kinesis = async (...args: string[]) => {
        const { stdout } = await run(
          "aws",
          ["kinesis", "--endpoint-url", endpoint.url, "--output", "json", ...args],
          {
            env: {
              ...process.env,
              AWS_ACCESS_KEY_ID: "test",
              AWS_SECRET_ACCESS_KEY: "test",
              AWS_DEFAULT_REGION: "us-east-1",
              AWS_PAGER: "",
            },
          },
        );
        return stdout.trim() === "" ? {} : (JSON.parse(stdout) as Record<string, never>);
      };
      await kinesis("create-stream", "--stream-name", "s", "--shard-count", "1");
      expect(await kinesis("list-streams")).toMatchObject({ StreamNames: ["s"] });
      await kinesis(
        "put-record",
        "--stream-name",
        "s",
        "--partition-key",
        "k",
        "--data",
        Buffer.from("hello").toString("base64"),
      );
      const { ShardIterator } = await kinesis(
        "get-shard-iterator",
        "--stream-name",
        "s",
        "--shard-id",
        "shardId-000000000000",
        "--shard-iterator-type",
        "TRIM_HORIZON",
      );
      const { Records } = await kinesis("get-records", "--shard-iterator", ShardIterator ?? "");
      expect(Records).toMatchObject([{ PartitionKey: "k" }]);
      await expect(kinesis("describe-stream", "--stream-name", "t")).rejects.toThrow(
        "An error occurred (ResourceNotFoundException) when calling the DescribeStream operation: Stream t under account 000000000000 not found.",
      );
    },
    180_000,
  );
});
