import { createHash } from "node:crypto";
import type { KinesisSender } from "@streaming-data-lake/producer";

/** An entry of a PutRecords call, as the service gets it. */
export interface SentEntry {
  readonly Data: Buffer;
  readonly PartitionKey: string;
  readonly ExplicitHashKey?: string;
}

export interface SentResult {
  readonly ShardId?: string;
  readonly SequenceNumber?: string;
  readonly ErrorCode?: string;
  readonly ErrorMessage?: string;
}

type Answer = SentResult[] | Error | "stored" | Promise<SentResult[] | "stored">;

/** An AWS error as the SDK throws it. */
export function awsError(name: string, status: number, message = "no"): Error {
  return Object.assign(new Error(message), { name, $metadata: { httpStatusCode: status } });
}

export const throttled: SentResult = {
  ErrorCode: "ProvisionedThroughputExceededException",
  ErrorMessage: "Rate exceeded",
};
export const internalFailure: SentResult = { ErrorCode: "InternalFailure", ErrorMessage: "Internal" };

/** In the place of a `KinesisClient`: keeps what it is sent and answers as a test says. */
export class ScriptedService {
  /** Entries of each PutRecords call. */
  readonly calls: SentEntry[][] = [];
  shards = 1;
  listed = 0;
  /** What listing the shards fails with. */
  listError: Error | undefined;
  #sequence = 0;
  readonly #script: ((entries: readonly SentEntry[]) => Answer)[] = [];
  /** Answers the calls that the script has no answer for. */
  otherwise: (entries: readonly SentEntry[]) => Answer = () => "stored";

  readonly client = {
    send: (
      command: { readonly constructor: { readonly name: string }; readonly input: object },
      options: object,
    ) =>
      command.constructor.name === "ListShardsCommand"
        ? this.#listShards()
        : this.#putRecords(
            command.input as { Records: SentEntry[] },
            options as { abortSignal: AbortSignal },
          ),
  } as unknown as KinesisSender;

  /** Answers the next call like this. */
  next(answer: Answer | ((entries: readonly SentEntry[]) => Answer)): this {
    this.#script.push(typeof answer === "function" ? answer : () => answer);
    return this;
  }

  /** The payloads of each call. */
  get payloads(): string[][] {
    return this.calls.map((entries) => entries.map(({ Data }) => Data.toString()));
  }

  /** Results of entries that are stored. */
  store(entries: readonly SentEntry[]): SentResult[] {
    return entries.map((entry) => ({
      ShardId: this.#shardId(this.#shardOf(entry)),
      SequenceNumber: String(++this.#sequence),
    }));
  }

  async #putRecords({ Records }: { Records: SentEntry[] }, { abortSignal }: { abortSignal: AbortSignal }) {
    this.calls.push(Records);
    const answer = (this.#script.shift() ?? this.otherwise)(Records);
    if (answer instanceof Error) throw answer;
    const results = await Promise.race([answer, aborted(abortSignal)]);
    return { Records: results === "stored" ? this.store(Records) : results };
  }

  async #listShards() {
    this.listed++;
    if (this.listError) throw this.listError;
    const width = (1n << 128n) / BigInt(this.shards);
    return {
      Shards: Array.from({ length: this.shards }, (_, at) => ({
        ShardId: this.#shardId(at),
        HashKeyRange: {
          StartingHashKey: String(width * BigInt(at)),
          EndingHashKey: String(at === this.shards - 1 ? (1n << 128n) - 1n : width * BigInt(at + 1) - 1n),
        },
        SequenceNumberRange: { StartingSequenceNumber: "0" },
      })),
    };
  }

  #shardOf({ PartitionKey, ExplicitHashKey }: SentEntry): number {
    const hash =
      ExplicitHashKey === undefined
        ? BigInt(`0x${createHash("md5").update(PartitionKey).digest("hex")}`)
        : BigInt(ExplicitHashKey);
    const at = Number(hash / ((1n << 128n) / BigInt(this.shards)));
    return Math.min(at, this.shards - 1);
  }

  /** Shards have other names after a resharding. */
  #shardId(at: number): string {
    return `shard-${at}-of-${this.shards}`;
  }
}

function aborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    const abort = () => reject(Object.assign(new Error("Request aborted"), { name: "AbortError" }));
    if (signal.aborted) abort();
    signal.addEventListener("abort", abort, { once: true });
  });
}
