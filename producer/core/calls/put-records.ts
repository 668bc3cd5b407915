import { KinesisClient, PutRecordsCommand } from "@aws-sdk/client-kinesis";
import type { ResultEntry } from "./call";
import { type Entry, requestBody } from "./request-body";
import type { KinesisSender } from "./transport";

export interface PutRecordsAnswer {
  readonly Records?: readonly ResultEntry[] | undefined;
}

/** An HTTP response on its way to the SDK's deserializer. */
interface Response {
  readonly statusCode: number;
  body: AsyncIterable<Uint8Array> | Uint8Array;
}

/**
 * Makes one PutRecords call: https://docs.aws.amazon.com/kinesis/latest/APIReference/API_PutRecords.html
 *
 * The SDK walks its schema for every member of every entry and result, which is most of a call's cost. With a real
 * client, the body is therefore written and read here, and the SDK signs it, sends it and handles errors.
 */
export async function callPutRecords(
  client: KinesisSender,
  streamName: string,
  entries: readonly Entry[],
  signal: AbortSignal,
): Promise<PutRecordsAnswer> {
  if (!(client instanceof KinesisClient))
    return client.send(
      new PutRecordsCommand({
        StreamName: streamName,
        Records: entries.map(({ data, partitionKey, explicitHashKey }) => ({
          Data: data,
          PartitionKey: partitionKey,
          ExplicitHashKey: explicitHashKey,
        })),
      }),
      { abortSignal: signal },
    );

  let answer: PutRecordsAnswer = {};
  const command = new PutRecordsCommand({ StreamName: streamName, Records: [] });
  command.middlewareStack.add(
    (next) => (args) => {
      (args.request as { body: unknown }).body = requestBody(streamName, entries);
      return next(args);
    },
    { step: "build", priority: "high", name: "putRecordsBody" },
  );
  command.middlewareStack.add(
    (next) => async (args) => {
      const output = await next(args);
      const response = output.response as Response;
      if (response.statusCode === 200) {
        answer = JSON.parse(await textOf(response.body)) as PutRecordsAnswer;
        response.body = Buffer.from("{}");
      }
      return output;
    },
    { step: "deserialize", priority: "low", name: "putRecordsAnswer" },
  );
  await client.send(command, { abortSignal: signal });
  return answer;
}

async function textOf(body: Response["body"]): Promise<string> {
  if (body instanceof Uint8Array) return Buffer.from(body).toString();
  const chunks: Uint8Array[] = [];
  for await (const chunk of body) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}
