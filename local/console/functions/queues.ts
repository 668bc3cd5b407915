import type { World } from "@streaming-data-lake/aws";
import type { Message } from "@streaming-data-lake/aws/services/sqs/message";
import { laneOf } from "@streaming-data-lake/runner/lambda/lane";
import type { KinesisRecord } from "@streaming-data-lake/runner/stream/stream-source";
import { z } from "zod";
import type { DeadLetterState, QueueState, RedriveResult } from "../api";
import { found, Refused } from "../server/refused";
import type { Logs } from "../stream/logs";
import { shownRecord } from "../stream/record-data";

/**
 * The message that Lambda sends to a queue about a discarded batch:
 * https://docs.aws.amazon.com/lambda/latest/dg/services-kinesis-errors.html
 */
const discardedBatch = z.object({
  KinesisBatchInfo: z.object({
    shardId: z.string(),
    startSequenceNumber: z.string(),
    endSequenceNumber: z.string(),
    batchSize: z.number(),
    streamArn: z.string(),
  }),
});
type Batch = z.infer<typeof discardedBatch>["KinesisBatchInfo"];

const mostMessages = 200;
const mostRecords = 10_000;
/** Largest number of records that are shown for one message. */
const mostShown = 100;

/** The stack's queues, with the messages about batches that event source mappings have discarded. */
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

  /** Messages of a queue, latest first. */
  async messages(name: string): Promise<readonly DeadLetterState[]> {
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
   * Puts the records that a message refers to into their stream again, unchanged, and deletes the message.
   *
   * @throws Refused 404, or 409 when the message refers to no records.
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
    const log = this.logs.logOf(streamOf(batch));
    for (const { partitionKey, data } of records) await log.put(partitionKey, data);
    this.queue(name).delete([id]);
    return { sent: records.length, gone: Math.max(0, batch.batchSize - records.length) };
  }

  private queue(name: string) {
    return found(this.world.queues.find(name), `queue ${name}`);
  }

  private all(name: string): readonly Message[] {
    const queue = this.queue(name);
    // Counting also takes in the messages that have been sent to the queue since the last look.
    queue.counts();
    return [...queue.all()];
  }

  /**
   * The records of a batch that the stream still has. Records of other lanes may lie between them in the shard and are
   * left out.
   */
  private async records(batch: Batch, most: number): Promise<readonly KinesisRecord[]> {
    const { shardId, startSequenceNumber, endSequenceNumber, batchSize } = batch;
    const stream = streamOf(batch);
    if (!this.logs.names.includes(stream)) return [];
    const log = this.logs.logOf(stream);
    if (!log.shards.some(({ id }) => id === shardId)) return [];
    const all = await log
      .between(shardId, startSequenceNumber, endSequenceNumber, mostRecords)
      .catch((error) => {
        // The batch comes from an earlier stream of the same name, so this stream never had its records.
        if (error instanceof Refused) return [];
        throw error;
      });
    if (all.length <= batchSize) return all.slice(0, most);
    const entries = (await this.world.state.journal?.find(stream, shardId, startSequenceNumber)) ?? [];
    const lane = entries.find(
      (entry) =>
        entry.kind === "discarded" && entry.first === startSequenceNumber && entry.last === endSequenceNumber,
    );
    const [index, lanes] = (lane?.kind === "discarded" && lane.lane) || [0, 1];
    return all
      .filter(({ partitionKey }) => lanes === 1 || laneOf(partitionKey, lanes) === index)
      .slice(0, most);
  }
}

const streamOf = ({ streamArn }: Batch): string => streamArn.slice(streamArn.lastIndexOf("/") + 1);

function batchIn(body: string): Batch | undefined {
  try {
    return discardedBatch.parse(JSON.parse(body)).KinesisBatchInfo;
  } catch {
    return undefined;
  }
}
