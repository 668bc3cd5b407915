import {
  ExpiredIteratorException,
  GetRecordsCommand,
  GetShardIteratorCommand,
  type GetShardIteratorCommandInput,
  type KinesisClient,
} from "@aws-sdk/client-kinesis";
import { pause, type Signal } from "../signal";

/** A record as consumers get it. */
export interface KinesisRecord {
  readonly sequenceNumber: string;
  readonly partitionKey: string;
  readonly data: Buffer;
  /** Milliseconds since 1970. */
  readonly arrival: number;
}

/** Where reading begins: behind a sequence number, or with the first record that came at a time or later. */
export type Position = { readonly after: string } | { readonly since: number };

export interface Fetch {
  readonly records: readonly KinesisRecord[];
  /** When the call that found these records began; before that moment there is nothing more, if it is `atTip`. */
  readonly begun: number;
  readonly atTip: boolean;
}

export interface ShardReaderOptions {
  readonly client: KinesisClient;
  readonly stream: string;
  readonly shardId: string;
  readonly position: Position;
  /** Told when the stream has got new records, where the endpoint can tell. */
  readonly arrivals: Signal;
  readonly abort: AbortSignal;
  readonly onTrouble: (message: string) => void;
}

/** Records a call, at most: https://docs.aws.amazon.com/kinesis/latest/APIReference/API_GetRecords.html */
const limit = 5_000;
/** Between two calls of a reader that has read all there is. AWS allows five calls a second; here lag counts. */
const pauseMilliseconds = 40;
/** The longest wait for an endpoint that can't tell of new records. */
const pollMilliseconds = 250;

/**
 * How often and how long a shard must have been empty before its reader moves on to the iterator it was given.
 * kinesalite's iterator after an empty answer points at the present moment, so that a record whose number was
 * already assigned while its write was under way would be passed over for good.
 */
const trusted = { fetches: 20, milliseconds: 3_000 };

/** Reads a shard to its end, or until aborted. */
export async function* readShard(options: ShardReaderOptions): AsyncGenerator<Fetch> {
  const { client, stream, shardId, arrivals, abort } = options;
  let position = options.position;
  const since = "since" in position ? position.since : 0;
  let iterator: string | undefined;
  let failures = 0;
  let empty = { fetches: 0, since: 0 };
  while (!abort.aborted) {
    const begun = Date.now();
    const arrived = arrivals.next(pollMilliseconds, abort);
    try {
      iterator ??= (
        await client.send(
          new GetShardIteratorCommand({ StreamName: stream, ShardId: shardId, ...iteratorOf(position) }),
        )
      ).ShardIterator;
      const answer = await client.send(new GetRecordsCommand({ ShardIterator: iterator, Limit: limit }));
      failures = 0;
      const records = (answer.Records ?? []).map((record) => ({
        sequenceNumber: record.SequenceNumber ?? "",
        partitionKey: record.PartitionKey ?? "",
        data: toBuffer(record.Data),
        arrival: record.ApproximateArrivalTimestamp?.getTime() ?? begun,
      }));
      const last = records.at(-1);
      if (last) position = { after: last.sequenceNumber };
      if (last || empty.fetches === 0) empty = { fetches: 0, since: begun };
      if (!last) empty.fetches++;
      const settled = empty.fetches > trusted.fetches && begun - empty.since > trusted.milliseconds;
      if (last || settled || !answer.NextShardIterator) {
        iterator = answer.NextShardIterator;
        empty = { fetches: 0, since: begun };
      }
      const atTip = records.length < limit && (answer.MillisBehindLatest ?? 0) === 0;
      yield {
        records: records.filter(({ arrival }) => arrival >= since),
        begun,
        atTip: atTip && records.length === 0,
      };
      if (!iterator) return;
      if (records.length === 0) await arrived;
      if (records.length < limit) await pause(pauseMilliseconds, abort);
    } catch (error) {
      if (abort.aborted) return;
      if (!(error instanceof ExpiredIteratorException)) {
        failures++;
        if (failures === 1)
          options.onTrouble(`${stream} ${shardId}: ${(error as Error).message}; trying again`);
        await pause(Math.min(200 * 2 ** failures, 5_000), abort);
      }
      iterator = undefined;
    }
  }
}

/** kinesalite never answers AT_TIMESTAMP when there is no such record, so that older ones are read and left out. */
function iteratorOf(
  position: Position,
): Pick<GetShardIteratorCommandInput, "ShardIteratorType" | "StartingSequenceNumber"> {
  return "after" in position
    ? { ShardIteratorType: "AFTER_SEQUENCE_NUMBER", StartingSequenceNumber: position.after }
    : { ShardIteratorType: "TRIM_HORIZON" };
}

function toBuffer(data: Uint8Array | undefined): Buffer {
  return data ? Buffer.from(data.buffer, data.byteOffset, data.byteLength) : Buffer.alloc(0);
}
