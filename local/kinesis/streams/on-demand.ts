import { shardLimits } from "@streaming-data-lake/rules/limits";

const minute = 60_000;
/** Time within which AWS lets an on-demand stream's write capacity double. Minutes. */
const window = 15;
/** Largest number of shards of an on-demand stream by default in AWS, which is 200 MB per second. */
const mostShards = 200;
export const firstShards = 4;

/**
 * Decides how an on-demand stream grows. Its capacity is twice the highest write rate of any of the last fifteen
 * minutes, and at most doubles once within that time.
 *
 * https://docs.aws.amazon.com/streams/latest/dev/how-do-i-size-a-stream.html
 */
export class WriteRate {
  private minutes: { readonly minute: number; records: number; bytes: number }[] = [];
  private grown = Number.NEGATIVE_INFINITY;

  note(records: number, bytes: number, now: number): void {
    const current = Math.floor(now / minute);
    let last = this.minutes.at(-1);
    if (last?.minute !== current) {
      last = { minute: current, records: 0, bytes: 0 };
      this.minutes.push(last);
      this.minutes = this.minutes.filter((past) => past.minute > current - window);
    }
    last.records += records;
    last.bytes += bytes;
  }

  /** Number of shards that the stream should have, which is never less than it has. */
  shards(open: number, now: number): number {
    if (now - this.grown < window * minute) return open;
    const current = Math.floor(now / minute);
    const perSecond = this.minutes
      .filter((past) => past.minute < current && past.minute >= current - window)
      .map(({ records, bytes }) =>
        Math.max(records / 60 / shardLimits.recordsIn, bytes / 60 / shardLimits.bytesIn),
      );
    const wanted = Math.ceil(2 * Math.max(0, ...perSecond));
    return Math.max(open, Math.min(wanted, 2 * open, mostShards));
  }

  /** Notes that the stream has grown. */
  grew(now: number): void {
    this.grown = now;
  }
}
