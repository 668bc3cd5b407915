import type { Runner } from "../../local/runner/runner";
import { kinesisClient } from "./kinesis-client";

/** Puts records into the first stream of a runner, in one call. Each has its own partition key. */
export async function putRecords(
  runner: Pick<Runner, "endpoint" | "region" | "streams">,
  records: readonly (string | Uint8Array)[],
): Promise<void> {
  const client = kinesisClient(runner);
  const Records = records.map((data, index) => ({ PartitionKey: `key-${index}`, Data: Buffer.from(data) }));
  await client.putRecords({ StreamName: runner.streams[0], Records });
  client.destroy();
}
