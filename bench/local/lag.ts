import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { KinesisClient, PutRecordsCommand } from "@aws-sdk/client-kinesis";
import { NodeHttpHandler } from "@smithy/node-http-handler";
import { loadStack, startRunner } from "@streaming-data-lake/runner";
import { zipSync } from "fflate";
import { median } from "../measurement";

const handler = `
const { appendFileSync } = require("node:fs");
exports.handler = async ({ Records }) => {
  const now = Date.now();
  const lags = Records.map(({ kinesis }) => now - Number(Buffer.from(kinesis.data, "base64").toString()));
  appendFileSync(process.env.LAGS, lags.join("\\n") + "\\n");
};`;

const rate = 500;
const seconds = 8;
/** Records of a call, as a producer gathers them in a tenth of a second. */
const callSize = 50;

/**
 * Median time from just before a record is put until the handler receives it, at 500 records a second. Milliseconds.
 */
export async function medianLag(): Promise<number> {
  const folder = mkdtempSync(join(tmpdir(), "bench-lag-"));
  mkdirSync(join(folder, "stack"));
  writeFileSync(join(folder, "stack", "function.zip"), zipSync({ "index.js": Buffer.from(handler) }));
  const lags = join(folder, "lags");
  writeFileSync(join(folder, "stack", "cdk.tf.json"), JSON.stringify(stackOf(lags)));
  const runner = await startRunner({ stack: loadStack(join(folder, "stack")), dir: join(folder, ".local") });
  const client = new KinesisClient({
    endpoint: runner.endpoint,
    region: runner.region,
    credentials: { accessKeyId: "local", secretAccessKey: "local" },
    requestHandler: new NodeHttpHandler(),
  });
  try {
    const put = (first: number) =>
      client.send(
        new PutRecordsCommand({
          StreamName: "readings",
          Records: Array.from({ length: callSize }, (_, index) => ({
            PartitionKey: `sensor-${(first + index) % 50}`,
            Data: Buffer.from(String(Date.now())),
          })),
        }),
      );
    const puts: Promise<unknown>[] = [];
    const started = performance.now();
    for (let index = 0; index < rate * seconds; index += callSize) {
      const ahead = (index / rate) * 1000 - (performance.now() - started);
      if (ahead > 1) await sleep(ahead);
      puts.push(put(index));
    }
    await Promise.all(puts);
    await runner.drain();
    return median(readFileSync(lags, "utf8").split("\n").filter(Boolean).map(Number));
  } finally {
    client.destroy();
    await runner.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

function stackOf(lags: string) {
  return {
    resource: {
      aws_kinesis_stream: { readings: { name: "readings", shard_count: 1 } },
      aws_lambda_function: {
        lag: {
          function_name: "lag",
          runtime: "nodejs22.x",
          handler: "index.handler",
          filename: "function.zip",
          environment: { variables: { LAGS: lags } },
        },
      },
      aws_lambda_event_source_mapping: {
        lag: {
          event_source_arn: "${aws_kinesis_stream.readings.arn}",
          function_name: "${aws_lambda_function.lag.arn}",
          starting_position: "TRIM_HORIZON",
        },
      },
    },
  };
}
