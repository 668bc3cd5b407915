import type { KinesisRecord } from "@streaming-data-lake/runner/stream/stream-source";
import { Refused } from "../server/refused";
import type { StreamLog } from "./logs";

/** The place of a record. */
interface Place {
  readonly shard: string;
  readonly sequenceNumber: string;
}

/** Written for a position at the beginning of the stream. */
const beginning = "-";

/**
 * A position in a stream: the last record before it in each shard. All records of a shard without an entry come after
 * it.
 */
export class StreamPosition {
  private constructor(private readonly last: ReadonlyMap<string, string>) {}

  /** The current end of a stream. */
  static async endOf(log: StreamLog): Promise<StreamPosition> {
    const ends = log.shards.map(async ({ id: shard }): Promise<readonly Place[]> => {
      const { value } = await log.backward(shard, 1).next();
      const [newest]: readonly KinesisRecord[] = value ?? [];
      return newest ? [{ shard, sequenceNumber: newest.sequenceNumber }] : [];
    });
    return new StreamPosition(new Map()).after((await Promise.all(ends)).flat());
  }

  /** @param text A position as `toString` writes it. @throws Refused 400 */
  static parse(text: string): StreamPosition {
    const places = text === beginning ? [] : text.split(",");
    return new StreamPosition(
      new Map(
        places.map((place) => {
          const [, shard, sequenceNumber] = /^(shardId-\d{12}):(\d{1,60})$/.exec(place) ?? [];
          if (shard === undefined || sequenceNumber === undefined)
            throw new Refused(400, "after must be an end that an answer of records has given");
          return [shard, sequenceNumber];
        }),
      ),
    );
  }

  isBefore({ shard, sequenceNumber }: Place): boolean {
    const last = this.last.get(shard);
    return last === undefined || BigInt(sequenceNumber) > BigInt(last);
  }

  /** The position after the given records as well. Those of one shard must be in order. */
  after(places: readonly Place[]): StreamPosition {
    const later = places.filter((place) => this.isBefore(place));
    return new StreamPosition(
      new Map([...this.last, ...later.map(({ shard, sequenceNumber }) => [shard, sequenceNumber] as const)]),
    );
  }

  toString(): string {
    return [...this.last].map((place) => place.join(":")).join(",") || beginning;
  }
}
