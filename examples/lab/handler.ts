import type { KinesisStreamBatchResponse, KinesisStreamEvent } from "aws-lambda";

interface Reading {
  readonly sensor_id: string;
  readonly humidity: number;
}

/** Has a bug on purpose: it takes for granted that every reading has a humidity, and fails on the one that has none. */
export async function handler({ Records }: KinesisStreamEvent): Promise<KinesisStreamBatchResponse> {
  console.log(`invoked with ${Records.length} records`);
  for (const { kinesis } of Records) {
    const reading: Reading = JSON.parse(Buffer.from(kinesis.data, "base64").toString("utf8"));
    if (Number(reading.humidity.toFixed(1)) > 95) console.log(`${reading.sensor_id} is wet`);
  }
  return { batchItemFailures: [] };
}
