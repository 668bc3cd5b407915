import { Agent, type IncomingMessage, request, type ServerResponse } from "node:http";
import { buffer } from "node:stream/consumers";
import { type KinesisClient, ListShardsCommand } from "@aws-sdk/client-kinesis";
import { StackError } from "@streaming-data-lake/terraform/errors";
import { isObject } from "@streaming-data-lake/terraform/functions";
import type { StreamCounters } from "../counters";
import { startLoopbackServer } from "../loopback-server";
import type { KinesisEndpoint } from "./embedded";
import { ShardLimiter, type ShardRange, shardOf } from "./shard-limits";

export interface LimitedOptions {
  /** URL of the Kinesis behind it, which does not throttle. */
  readonly upstream: string;
  readonly client: KinesisClient;
  /** 0 for any free port. */
  readonly port: number;
  readonly streams: readonly StreamCounters[];
  /** Told when it fails after it has started. */
  readonly onLost: (error: Error) => void;
}

/** Ten MiB of records, the most that a call may have, in base64 and with the JSON around them. */
const maxBodyBytes = 16 * 1024 * 1024;

interface PutEntry {
  readonly Data: string;
  readonly PartitionKey: string;
  readonly ExplicitHashKey?: string;
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
  const { port, onLost } = options;
  const onRequest = (incoming: IncomingMessage, outgoing: ServerResponse) => {
    limited.handle(incoming, outgoing).catch(() => outgoing.destroy());
  };
  const server = await startLoopbackServer({ port, onRequest, onLost }).catch(() => {
    throw new StackError(`port ${port} is in use: choose another with --port`);
  });
  return {
    endpoint: server.url,
    close: () => {
      limited.close();
      return server.close();
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
    const body = await readBody(incoming);
    if (!body) {
      const message = `a request may have ${maxBodyBytes} bytes at most`;
      const refused = json(413, { __type: "RequestEntityTooLargeException", message });
      // What is left of the body is not read.
      outgoing.writeHead(refused.status, { ...refused.headers, connection: "close" });
      outgoing.end(refused.body);
      return;
    }
    const target = String(incoming.headers["x-amz-target"] ?? "");
    const operation = target.split(".").at(-1);
    const isJson = String(incoming.headers["content-type"] ?? "").includes("json");
    let answer: Answer;
    if (isJson && operation === "PutRecords") answer = await this.putRecords(incoming, body);
    else if (isJson && operation === "PutRecord") answer = await this.putRecord(incoming, body);
    else answer = await this.forward(incoming, body);
    outgoing.writeHead(answer.status, answer.headers);
    outgoing.end(answer.body);
  }

  private async putRecord(incoming: IncomingMessage, body: Buffer): Promise<Answer> {
    const entry = parse(body);
    const refused = await this.refuse(streamName(entry), entry);
    return refused
      ? json(400, { __type: refused.ErrorCode, message: refused.ErrorMessage })
      : this.forward(incoming, body);
  }

  private async putRecords(incoming: IncomingMessage, body: Buffer): Promise<Answer> {
    const call = parse(body);
    if (!Array.isArray(call.Records)) return this.forward(incoming, body);
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
      stored = (parse(answer.body).Records ?? []) as readonly PutResult[];
    }
    const results = stored.values();
    const Records = refused.map((failure): PutResult | undefined => failure ?? results.next().value);
    const FailedRecordCount = Records.filter((record) => record && "ErrorCode" in record).length;
    return json(200, { FailedRecordCount, Records });
  }

  /** @returns why the record is refused, or undefined when its shard takes it, or when it is for the Kinesis behind to refuse. */
  private async refuse(name: string, entry: unknown) {
    if (!isEntry(entry)) return undefined;
    const { Data, PartitionKey, ExplicitHashKey } = entry;
    const shardId = shardOf(await this.rangesOf(name), PartitionKey, ExplicitHashKey);
    const bytes = Math.floor((Data.length * 3) / 4) + Buffer.byteLength(PartitionKey);
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
      this.shards.delete(StreamName);
      return [];
    }
  }

  private forward(incoming: IncomingMessage, body: Buffer): Promise<Answer> {
    const { "transfer-encoding": _, ...rest } = incoming.headers;
    const url = new URL(incoming.url ?? "/", this.options.upstream);
    const headers = { ...rest, host: url.host, "content-length": String(body.length) };
    return new Promise((resolve, reject) => {
      const call = request(url, { method: incoming.method, headers, agent: this.agent }, (response) => {
        buffer(response).then(
          (answer) =>
            resolve({ status: response.statusCode ?? 500, headers: response.headers, body: answer }),
          reject,
        );
      });
      call.on("error", reject);
      call.end(body);
    });
  }
}

/** @returns undefined when there is more than a call may have; the rest is left unread. */
async function readBody(incoming: IncomingMessage): Promise<Buffer | undefined> {
  if (Number(incoming.headers["content-length"] ?? 0) > maxBodyBytes) return undefined;
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of incoming.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > maxBodyBytes) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

function streamName({ StreamName, StreamARN }: Fields): string {
  return String(
    StreamName ??
      String(StreamARN ?? "")
        .split("/")
        .at(-1),
  );
}

function isEntry(entry: unknown): entry is PutEntry {
  if (!isObject(entry)) return false;
  const { Data, PartitionKey, ExplicitHashKey: hashKey } = entry;
  const hasHashKey = typeof hashKey === "string" && /^\d{1,39}$/.test(hashKey);
  return (
    typeof Data === "string" && typeof PartitionKey === "string" && (hashKey === undefined || hasHashKey)
  );
}

type Fields = Readonly<Record<string, unknown>>;

/** @returns nothing but what a JSON object says. */
function parse(body: Buffer): Fields {
  try {
    const value: unknown = JSON.parse(body.toString("utf8"));
    return isObject(value) ? value : {};
  } catch {
    return {};
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
