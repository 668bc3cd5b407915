import type { World } from "@streaming-data-lake/aws";
import type { Message } from "@streaming-data-lake/aws/services/sqs/message";
import { laneOf } from "@streaming-data-lake/runner/lambda/mapping";
import type { KinesisRecord } from "@streaming-data-lake/runner/stream/stream-source";
import { z } from "zod";
import type { DeadLetter, QueueState, RedriveResult } from "../api";
import { found, Refused } from "../server/refused";
import type { Logs } from "../stream/logs";
import { shownRecord } from "../stream/record-data";

/** https://docs.aws.amazon.com/lambda/latest/dg/services-kinesis-errors.html */
const givenUp = z.object({
  KinesisBatchInfo: z.object({
    shardId: z.string(),
    startSequenceNumber: z.string(),
    endSequenceNumber: z.string(),
    batchSize: z.number(),
    streamArn: z.string(),
  }),
});
type Batch = z.infer<typeof givenUp>["KinesisBatchInfo"];

const mostMessages = 200;
const mostRecords = 10_000;
/** Records that are shown of a message. */
const mostShown = 100;

/** The stack's queues, and what mappings have given up to them. */
export class DeadLetterQueues {
  constructor(
    private readonly world: World,
    private readonly logs: Logs,
  ) {}

  list(): readonly QueueState[] {
    return this.world.queues.names.map((name) => {
      const { visible, inFlight, delayed } = this.queue(name).counts();
      return { name, messages: visible + inFlight + delayed };
    });
  }

  /** The latest first. */
  async messages(name: string): Promise<readonly DeadLetter[]> {
    const messages = this.all(name)
      .toSorted((a, b) => b.sent - a.sent)
      .slice(0, mostMessages);
    return Promise.all(
      messages.map(async ({ id, sent, body }) => {
        const batch = batchIn(body);
        const records = batch ? await this.records(batch, mostShown) : [];
        const stream = batch ? streamOf(batch) : "";
        return {
          id,
          time: sent,
          body,
          records: records.map((record) => shownRecord(stream, batch?.shardId ?? "", record)),
        };
      }),
    );
  }

  /**
   * Puts the records of a message again, as they were, and deletes it.
   *
   * @throws Refused 404, 409 when it stands for no records.
   */
  async redrive(name: string, id: string): Promise<RedriveResult> {
    const message = found(
      this.all(name).find((one) => one.id === id),
      `message ${id} in ${name}`,
    );
    const batch = batchIn(message.body);
    if (!batch)
      throw new Refused(
        409,
        "the message stands for no records of a stream, so that there is nothing to send",
      );
    const records = await this.records(batch, mostRecords);
    const log = this.logs.of(streamOf(batch));
    for (const { partitionKey, data } of records) await log.put(partitionKey, data);
    this.queue(name).delete([id]);
    return { sent: records.length, gone: Math.max(0, batch.batchSize - records.length) };
  }

  private queue(name: string) {
    return found(this.world.queues.find(name), `queue ${name}`);
  }

  private all(name: string): readonly Message[] {
    const queue = this.queue(name);
    // What was given up since is taken in by counting.
    queue.counts();
    return [...queue.all()];
  }

  /** The records of a batch that the stream still has; those of other lanes of its shard are between them. */
  private async records(batch: Batch, most: number): Promise<readonly KinesisRecord[]> {
    const { shardId, startSequenceNumber, endSequenceNumber, batchSize } = batch;
    const stream = streamOf(batch);
    if (!this.logs.names.includes(stream)) return [];
    const log = this.logs.of(stream);
    if (!log.shards.some(({ id }) => id === shardId)) return [];
    const all = await log
      .between(shardId, startSequenceNumber, endSequenceNumber, mostRecords)
      .catch((error) => {
        // An earlier stream of the same name had them.
        if (error instanceof Refused) return [];
        throw error;
      });
    if (all.length <= batchSize) return all.slice(0, most);
    const entries = (await this.world.state.journal?.find(stream, shardId, startSequenceNumber)) ?? [];
    const lane = entries.find(
      (entry) =>
        entry.kind === "given-up" && entry.first === startSequenceNumber && entry.last === endSequenceNumber,
    );
    const [index, lanes] = (lane?.kind === "given-up" && lane.lane) || [0, 1];
    return all
      .filter(({ partitionKey }) => lanes === 1 || laneOf(partitionKey, lanes) === index)
      .slice(0, most);
  }
}

const streamOf = ({ streamArn }: Batch): string => streamArn.slice(streamArn.lastIndexOf("/") + 1);

function batchIn(body: string): Batch | undefined {
  try {
    return givenUp.parse(JSON.parse(body)).KinesisBatchInfo;
  } catch {
    return undefined;
  }
}
