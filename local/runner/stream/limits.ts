import { Agent, createServer, type IncomingMessage, request, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { buffer } from "node:stream/consumers";
import { type KinesisClient, ListShardsCommand } from "@aws-sdk/client-kinesis";
import { StackError } from "@streaming-data-lake/terraform/errors";
import type { StreamCounters } from "../counters";
import type { KinesisEndpoint } from "./embedded";
import { ShardLimiter, type ShardRange, shardOf } from "./shard-limits";

export interface LimitedOptions {
  /** URL of the Kinesis behind it, which does not throttle. */
  readonly upstream: string;
  readonly client: KinesisClient;
  /** 0 for any free port. */
  readonly port: number;
  readonly streams: readonly StreamCounters[];
}

interface PutEntry {
  readonly Data: string;
  readonly PartitionKey: string;
  readonly ExplicitHashKey?: string;
}

interface PutBody {
  readonly StreamName?: string;
  readonly StreamARN?: string;
  readonly Records: readonly PutEntry[];
}

type PutResult =
  | { readonly SequenceNumber: string; readonly ShardId: string }
  | { readonly ErrorCode: string; readonly ErrorMessage: string };

interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: Buffer;
}

/**
 * A Kinesis in front of another that throttles each shard as AWS does: what is over a shard's limits is refused with
 * ProvisionedThroughputExceededException, entry by entry in a PutRecords call. Everything else passes as it is, and
 * so do requests in CBOR.
 *
 * https://docs.aws.amazon.com/kinesis/latest/APIReference/API_PutRecords.html
 *
 * @throws StackError when the port is taken.
 */
export async function startLimitedEndpoint(options: LimitedOptions): Promise<KinesisEndpoint> {
  const limited = new LimitedKinesis(options);
  const server = createServer((incoming, outgoing) => {
    limited.handle(incoming, outgoing).catch(() => outgoing.destroy());
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", () =>
      reject(new StackError(`port ${options.port} is in use: choose another with --port`)),
    );
    server.listen(options.port, "127.0.0.1", resolve);
  });
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () => {
      server.closeAllConnections();
      limited.close();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}

class LimitedKinesis {
  private readonly limiter = new ShardLimiter();
  private readonly agent = new Agent({ keepAlive: true });
  private readonly shards = new Map<string, { ranges: Promise<readonly ShardRange[]>; at: number }>();

  constructor(private readonly options: LimitedOptions) {}

  close(): void {
    this.agent.destroy();
  }

  async handle(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    const body = await buffer(incoming);
    const target = String(incoming.headers["x-amz-target"] ?? "");
    const operation = target.split(".").at(-1);
    const json = String(incoming.headers["content-type"] ?? "").includes("json");
    let answer: Answer;
    if (json && operation === "PutRecords") answer = await this.putRecords(incoming, body);
    else if (json && operation === "PutRecord") answer = await this.putRecord(incoming, body);
    else answer = await this.forward(incoming, body);
    outgoing.writeHead(answer.status, answer.headers);
    outgoing.end(answer.body);
  }

  private async putRecord(incoming: IncomingMessage, body: Buffer): Promise<Answer> {
    const entry = parse<PutEntry & PutBody>(body);
    if (!entry) return this.forward(incoming, body);
    const refused = await this.refuse(streamName(entry), entry);
    return refused
      ? json(400, { __type: refused.ErrorCode, message: refused.ErrorMessage })
      : this.forward(incoming, body);
  }

  private async putRecords(incoming: IncomingMessage, body: Buffer): Promise<Answer> {
    const call = parse<PutBody>(body);
    if (!Array.isArray(call?.Records)) return this.forward(incoming, body);
    const name = streamName(call);
    const refused = await Promise.all(call.Records.map((entry) => this.refuse(name, entry)));
    const admitted = call.Records.filter((_, index) => !refused[index]);
    if (admitted.length === call.Records.length) return this.forward(incoming, body);
    let stored: readonly PutResult[] = [];
    if (admitted.length > 0) {
      const answer = await this.forward(
        incoming,
        Buffer.from(JSON.stringify({ ...call, Records: admitted })),
      );
      if (answer.status !== 200) return answer;
      stored = parse<{ Records: readonly PutResult[] }>(answer.body)?.Records ?? [];
    }
    const results = stored.values();
    const Records = refused.map((failure): PutResult | undefined => failure ?? results.next().value);
    const FailedRecordCount = Records.filter((record) => record && "ErrorCode" in record).length;
    return json(200, { FailedRecordCount, Records });
  }

  /** @returns why the record is refused, or undefined when its shard takes it. */
  private async refuse(name: string, { Data, PartitionKey, ExplicitHashKey }: PutEntry) {
    const shardId = shardOf(await this.rangesOf(name), String(PartitionKey), ExplicitHashKey);
    const bytes = Math.floor((String(Data).length * 3) / 4) + Buffer.byteLength(String(PartitionKey));
    if (!shardId || this.limiter.admits(`${name}/${shardId}`, bytes, performance.now())) return undefined;
    const counters = this.options.streams.find((stream) => stream.name === name);
    if (counters) counters.throttled++;
    return {
      ErrorCode: "ProvisionedThroughputExceededException",
      ErrorMessage: `Rate exceeded for shard ${shardId} in stream ${name} under account 000000000000.`,
    };
  }

  /** The open shards, asked for again when the answer is older than a second. */
  private rangesOf(name: string): Promise<readonly ShardRange[]> {
    const known = this.shards.get(name);
    if (known && performance.now() - known.at < 1_000) return known.ranges;
    const ranges = this.listRanges(name);
    this.shards.set(name, { ranges, at: performance.now() });
    return ranges;
  }

  private async listRanges(StreamName: string): Promise<readonly ShardRange[]> {
    try {
      const { Shards = [] } = await this.options.client.send(new ListShardsCommand({ StreamName }));
      return Shards.filter((shard) => shard.SequenceNumberRange?.EndingSequenceNumber === undefined).map(
        ({ ShardId = "", HashKeyRange }) => ({
          shardId: ShardId,
          startingHashKey: BigInt(HashKeyRange?.StartingHashKey ?? 0),
          endingHashKey: BigInt(HashKeyRange?.EndingHashKey ?? 0),
        }),
      );
    } catch {
      // A stream that isn't there is for the Kinesis behind to answer.
      return [];
    }
  }

  private forward(incoming: IncomingMessage, body: Buffer): Promise<Answer> {
    const { "transfer-encoding": _, ...rest } = incoming.headers;
    const headers = { ...rest, "content-length": String(body.length) };
    return new Promise((resolve, reject) => {
      const call = request(
        new URL(incoming.url ?? "/", this.options.upstream),
        { method: incoming.method, headers, agent: this.agent },
        (response) => {
          buffer(response).then(
            (answer) =>
              resolve({ status: response.statusCode ?? 500, headers: response.headers, body: answer }),
            reject,
          );
        },
      );
      call.on("error", reject);
      call.end(body);
    });
  }
}

function streamName({ StreamName, StreamARN }: PutBody): string {
  return StreamName ?? StreamARN?.split("/").at(-1) ?? "";
}

function parse<T>(body: Buffer): T | undefined {
  try {
    return JSON.parse(body.toString("utf8")) as T;
  } catch {
    return undefined;
  }
}

function json(status: number, value: unknown): Answer {
  const body = Buffer.from(JSON.stringify(value));
  return {
    status,
    headers: { "content-type": "application/x-amz-json-1.1", "content-length": String(body.length) },
    body,
  };
}
