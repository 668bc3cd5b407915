import { once } from "node:events";
import { createServer, type IncomingMessage, request, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { ShardLimits } from "@streaming-data-lake/producer";
import { randomNumbers } from "./random";

/** How often a call or an entry meets each fault, from 0 (never) to 1. */
export interface Faults {
  /** The call is answered 500, and nothing is stored. */
  readonly internalError: number;
  /** The call is answered as over a limit, and nothing is stored. */
  readonly callThrottle: number;
  /** The connection is cut before the call is carried out. */
  readonly cutBefore: number;
  /** The connection is cut after the call was carried out. */
  readonly cutAfter: number;
  /** The call is carried out, and the answer lacks a result. */
  readonly wrongCount: number;
  /** An entry fails with InternalFailure. */
  readonly entryFailure: number;
  /** Milliseconds an answer is late at most. */
  readonly delayMs: number;
  /** What a shard takes; what is over it fails entry by entry. */
  readonly shardLimits?: ShardLimits;
}

const noFaults: Faults = {
  internalError: 0,
  callThrottle: 0,
  cutBefore: 0,
  cutAfter: 0,
  wrongCount: 0,
  entryFailure: 0,
  delayMs: 0,
};

interface Entry {
  readonly Data: string;
  readonly PartitionKey: string;
}

interface Result {
  readonly ShardId?: string;
  readonly ErrorCode?: string;
}

/** What a shard took in the running second. */
interface Usage {
  second: number;
  records: number;
  bytes: number;
}

const internalFailure = { ErrorCode: "InternalFailure", ErrorMessage: "Internal service failure." };
const throttled = {
  ErrorCode: "ProvisionedThroughputExceededException",
  ErrorMessage: "Rate exceeded for shard.",
};

/** A proxy in front of a Kinesis that fails as AWS and networks do, by a seed. */
export class FaultServer {
  #faults: Faults;
  readonly #random: () => number;
  readonly #shardOfKey = new Map<string, string>();
  readonly #usage = new Map<string, Usage>();
  /** Calls that met a fault, by its name. */
  readonly met: Record<string, number> = {};

  /** Entries that were stored. */
  stored = 0;

  private constructor(
    private readonly server: Server,
    private readonly upstream: URL,
    seed: number,
    faults: Partial<Faults>,
  ) {
    this.#random = randomNumbers(seed);
    this.#faults = { ...noFaults, ...faults };
    server.on("request", (incoming: IncomingMessage, outgoing: ServerResponse) => {
      this.#handle(incoming, outgoing).catch(() => outgoing.destroy());
    });
  }

  static async start(upstream: string, seed: number, faults: Partial<Faults>): Promise<FaultServer> {
    const server = createServer();
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    return new FaultServer(server, new URL(upstream), seed, faults);
  }

  get endpoint(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  /** Goes on with other faults. */
  set faults(faults: Partial<Faults>) {
    this.#faults = { ...noFaults, ...faults };
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  async #handle(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    const body = await collect(incoming);
    if (!String(incoming.headers["x-amz-target"]).endsWith(".PutRecords")) {
      const { status, text } = await this.#forward(incoming, body);
      return void respond(outgoing, status, text);
    }
    if (this.#meets("cutBefore")) return void outgoing.destroy();
    if (this.#meets("internalError"))
      return void respond(outgoing, 500, JSON.stringify({ __type: "InternalFailure", message: "Oops" }));
    if (this.#meets("callThrottle"))
      return void respond(
        outgoing,
        400,
        JSON.stringify({ __type: "LimitExceededException", message: "Slow" }),
      );
    const { StreamName, Records } = JSON.parse(body.toString()) as { StreamName: string; Records: Entry[] };
    const { status, results, text } = await this.#put(incoming, StreamName, Records);
    await new Promise((resolve) => setTimeout(resolve, this.#random() * this.#faults.delayMs));
    if (this.#meets("cutAfter")) return void outgoing.destroy();
    if (results === undefined) return void respond(outgoing, status, text);
    if (this.#meets("wrongCount")) results.pop();
    const FailedRecordCount = results.filter(({ ErrorCode }) => ErrorCode).length;
    respond(outgoing, 200, JSON.stringify({ FailedRecordCount, Records: results }));
  }

  /** Forwards the entries that meet no fault of their own. */
  async #put(
    incoming: IncomingMessage,
    StreamName: string,
    entries: readonly Entry[],
  ): Promise<{ status: number; text: string; results?: Result[] }> {
    const own = entries.map((entry) => this.#entryFault(entry));
    const passed = entries.filter((_, at) => own[at] === undefined);
    if (passed.length === 0) return { status: 200, text: "", results: own as Result[] };
    const { status, text } = await this.#forward(
      incoming,
      Buffer.from(JSON.stringify({ StreamName, Records: passed })),
    );
    if (status !== 200) return { status, text };
    const stored = (JSON.parse(text) as { Records: Result[] }).Records;
    this.stored += stored.length;
    for (const [at, { PartitionKey }] of passed.entries())
      this.#shardOfKey.set(PartitionKey, stored[at]?.ShardId ?? "");
    const answers = stored.values();
    return { status, text, results: own.map((fault) => fault ?? (answers.next().value as Result)) };
  }

  #entryFault({ Data, PartitionKey }: Entry): Result | undefined {
    if (this.#meets("entryFailure")) return internalFailure;
    const { shardLimits } = this.#faults;
    if (shardLimits === undefined) return undefined;
    // The shard of a key is learnt from its first record.
    const shardId = this.#shardOfKey.get(PartitionKey) ?? PartitionKey;
    const second = Math.floor(performance.now() / 1000);
    const usage = this.#usage.get(shardId);
    const now = usage?.second === second ? usage : { second, records: 0, bytes: 0 };
    this.#usage.set(shardId, now);
    const bytes = (Data.length * 3) / 4 + PartitionKey.length;
    if (now.records + 1 > shardLimits.recordsPerSecond || now.bytes + bytes > shardLimits.bytesPerSecond) {
      this.met.throttled = (this.met.throttled ?? 0) + 1;
      return throttled;
    }
    now.records++;
    now.bytes += bytes;
    return undefined;
  }

  #meets(fault: Exclude<keyof Faults, "delayMs" | "shardLimits">): boolean {
    if (this.#random() >= this.#faults[fault]) return false;
    this.met[fault] = (this.met[fault] ?? 0) + 1;
    return true;
  }

  async #forward(incoming: IncomingMessage, body: Buffer): Promise<{ status: number; text: string }> {
    const headers = { ...incoming.headers, "content-length": body.length, host: this.upstream.host };
    const outgoing = request(this.upstream, { method: incoming.method, headers });
    outgoing.end(body);
    const [answer] = (await once(outgoing, "response")) as [IncomingMessage];
    return { status: answer.statusCode ?? 0, text: (await collect(answer)).toString() };
  }
}

function respond(outgoing: ServerResponse, status: number, text: string): void {
  outgoing.writeHead(status, { "content-type": "application/x-amz-json-1.1" });
  outgoing.end(text);
}

async function collect(stream: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}
