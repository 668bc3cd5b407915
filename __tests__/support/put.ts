import { PutRecordsCommand } from "@aws-sdk/client-kinesis";
import type { Runner } from "../../local/runner/runner";
import { kinesisClient } from "../../local/runner/stream/client";

/** Puts records into the first stream of a runner, in one call. Each has its own partition key. */
export async function putRecords(
  { endpoint, region, streams: [StreamName] }: Pick<Runner, "endpoint" | "region" | "streams">,
  records: readonly (string | Uint8Array)[],
): Promise<void> {
  const client = kinesisClient(endpoint, region);
  const Records = records.map((data, index) => ({ PartitionKey: `key-${index}`, Data: Buffer.from(data) }));
  await client.send(new PutRecordsCommand({ StreamName, Records }));
  client.destroy();
}
