import { shardLimits } from "./rate";

const minute = 60_000;
/** AWS lets an on-demand stream's writes double within this time. */
const window = 15;
/** Shards that AWS gives an on-demand stream by default at most: 200 MB a second. */
const mostShards = 200;
export const firstShards = 4;

/**
 * How an on-demand stream grows: it holds twice the most that was written in a minute of the last fifteen, and doubles
 * at most once in that time.
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

  /** How many shards there should be, which is never fewer than there are. */
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

  /** The stream has grown. */
  grew(now: number): void {
    this.grown = now;
  }
}
