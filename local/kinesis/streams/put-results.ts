import type { Bytes } from "../protocol/bytes";
import { type CborWriter, cborOf } from "../protocol/cbor";
import type { SelfWritten } from "../protocol/encode";
import type { KinesisError } from "../protocol/errors";
import type { Output } from "../protocol/model";
import type { LazyList } from "../protocol/shape";
import type { Appended } from "../store/shard-log";
import { type ConsecutiveNumbers, digitsOfNumber } from "./sequence-number";
import type { Shard } from "./shard";

type PutResult = Output<"PutRecords">["Records"] extends Iterable<infer R> ? R : never;

/** The number of the first record and the arrival of all records, or the reason why they were not stored. */
export type PutOutcome = Appended | KinesisError;

/** The outcome for the records that one call put into one shard. */
export interface PutGroup {
  readonly shard: Shard;
  readonly outcome: PutOutcome;
}

const failed = (outcome: PutOutcome): outcome is KinesisError => outcome instanceof Error;

/** The results of a call's records, in the order of the records. */
export class PutResults implements LazyList<PutResult>, SelfWritten {
  /** Number of records that were not stored. */
  readonly failures: number;

  /** @param groups The group of each of the call's records. The records of a group have consecutive numbers. */
  constructor(private readonly groups: readonly PutGroup[]) {
    let failures = 0;
    for (const { outcome } of groups) if (failed(outcome)) failures++;
    this.failures = failures;
  }

  get length(): number {
    return this.groups.length;
  }

  /** Whether the record at an index was stored. */
  stored(place: number): boolean {
    const group = this.groups[place];
    return group !== undefined && !failed(group.outcome);
  }

  /** The first record's result. @throws KinesisError when it was not stored. */
  first(): { readonly ShardId: string; readonly SequenceNumber: string } {
    const { shard, outcome } = this.groups[0] as PutGroup;
    if (failed(outcome)) throw outcome;
    return { ShardId: shard.id, SequenceNumber: shard.sequenceNumber(outcome.first, outcome.arrival) };
  }

  *[Symbol.iterator](): Iterator<PutResult> {
    const cursors = new Cursors();
    for (const group of this.groups) {
      const { shard, outcome } = group;
      if (failed(outcome)) {
        yield { ErrorCode: outcome.code, ErrorMessage: outcome.message };
        continue;
      }
      const numbers = cursors.numbersOf(group, outcome);
      yield { SequenceNumber: numbers.toString(), ShardId: shard.id };
      numbers.advance();
    }
  }

  writeJson(writer: Bytes): void {
    writer.room(this.length * 130);
    const cursors = new Cursors(jsonBefore, ({ shard }) => Buffer.from(`","ShardId":"${shard.id}"}`));
    let separator = "[";
    for (const group of this.groups) {
      const { outcome } = group;
      writer.ascii(separator);
      separator = ",";
      if (failed(outcome)) {
        writer.utf8(JSON.stringify({ ErrorCode: outcome.code, ErrorMessage: outcome.message }));
        continue;
      }
      const numbers = cursors.numbersOf(group, outcome);
      numbers.writeTo(writer);
      numbers.advance();
    }
    writer.ascii(separator === "[" ? "[]" : "]");
  }

  writeCbor(writer: CborWriter): void {
    const cursors = new Cursors(cborBefore, ({ shard }) =>
      cborOf((after) => {
        after.text("ShardId");
        after.text(shard.id);
      }),
    );
    writer.list(this.length);
    for (const group of this.groups) {
      const { outcome } = group;
      if (failed(outcome)) {
        writer.map(2);
        writer.text("ErrorCode");
        writer.text(outcome.code);
        writer.text("ErrorMessage");
        writer.text(outcome.message);
        continue;
      }
      const numbers = cursors.numbersOf(group, outcome);
      numbers.writeTo(writer);
      numbers.advance();
    }
  }
}

const jsonBefore = Buffer.from('{"SequenceNumber":"');
const cborBefore = cborOf((before) => {
  before.map(2);
  before.text("SequenceNumber");
  before.head(3, digitsOfNumber);
});

/** The next sequence number of each group, while the results are written. */
class Cursors {
  private readonly cursors = new Map<PutGroup, ConsecutiveNumbers>();

  /**
   * @param before Bytes that are written before each number.
   * @param after Bytes that are written after each number of a group.
   */
  constructor(
    private readonly before?: Buffer,
    private readonly after?: (group: PutGroup) => Buffer,
  ) {}

  numbersOf(group: PutGroup, { first, arrival }: Appended): ConsecutiveNumbers {
    let cursor = this.cursors.get(group);
    if (!cursor) {
      cursor = group.shard.sequenceNumbers(first, arrival, this.before, this.after?.(group));
      this.cursors.set(group, cursor);
    }
    return cursor;
  }
}
