import { mkdtempSync } from "node:fs";
import { join } from "node:path";
import { PutRecordsCommand } from "@aws-sdk/client-kinesis";
import { writeStack } from "../__tests__/local/fixtures/stack";
import { loadStack, startRunner } from "./index";
import { kinesisClient } from "./kinesis/client";

async function main() {
  const N = Number(process.argv[2] ?? 100);
  const dir = mkdtempSync("/tmp/run-");
  const stack = loadStack(process.argv[3] ?? writeStack(join(dir, "stack")));
  let t = Date.now();
  const runner = await startRunner({
    stack,
    dir: join(dir, ".local"),
    onTrouble: (m) => console.log("TROUBLE", m),
  });
  console.log("ready", Date.now() - t, runner.endpoint, runner.streams);
  const client = kinesisClient(runner.endpoint, runner.region);
  t = Date.now();
  let sent = 0;
  await Promise.all(
    [0, 1, 2, 3].map(async () => {
      while (sent < N) {
        const from = sent;
        const n = Math.min(500, N - sent);
        sent += n;
        await client.send(
          new PutRecordsCommand({
            StreamName: runner.streams[0],
            Records: Array.from({ length: n }, (_, i) => ({
              PartitionKey: "k" + i,
              Data: Buffer.from(
                JSON.stringify({
                  sensor_id: `sensor-${from + i}`,
                  temperature: 22.5,
                  humidity: 65.2,
                  timestamp: "2024-01-15T10:30:00Z",
                  location: "warehouse-A",
                }) + "\n",
              ),
            })),
          }),
        );
      }
    }),
  );
  console.log("put", Date.now() - t);
  await runner.drain();
  console.log("drained", Date.now() - t);
  await runner.flush();
  console.log("flushed", Date.now() - t, "rss", process.memoryUsage().rss / 1e6);
  console.log(JSON.stringify(runner.counters, (_, v) => (v instanceof Map ? Object.fromEntries(v) : v), 1));
  t = Date.now();
  await runner.close();
  console.log("closed", Date.now() - t, dir);
}
main();
