import type { KinesisStreamBatchResponse, KinesisStreamEvent } from "aws-lambda";

/** Logs how many views a batch has by page. */
export async function handler(event: KinesisStreamEvent): Promise<KinesisStreamBatchResponse> {
  const views = new Map<string, number>();
  for (const { kinesis } of event.Records) {
    const { page } = JSON.parse(Buffer.from(kinesis.data, "base64").toString("utf8")) as { page: string };
    views.set(page, (views.get(page) ?? 0) + 1);
  }
  console.log(JSON.stringify({ views: Object.fromEntries(views) }));
  return { batchItemFailures: [] };
}
