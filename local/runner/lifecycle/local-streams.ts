import type { Kinesis, Put, Throttle } from "@streaming-data-lake/kinesis";
import { type StreamCounters, streamCounters } from "../counters";
import { LocalSource } from "../stream/local-source";

/** Streams of a Kinesis in this process. Counts what is put into each of them, and wakes those who read it. */
export class LocalStreams {
  private readonly counted: ReadonlyMap<string, StreamCounters>;
  private readonly sources = new Map<string, LocalSource>();

  /** @param names Names of the streams. What happens to others is not counted. */
  constructor(names: readonly string[]) {
    this.counted = new Map(names.map((name) => [name, streamCounters(name)]));
  }

  get counters(): StreamCounters[] {
    return [...this.counted.values()];
  }

  open(kinesis: Kinesis, name: string): LocalSource {
    const source = new LocalSource(kinesis, name);
    this.sources.set(name, source);
    return source;
  }

  onPut({ stream, records, bytes }: Put): void {
    const counted = this.counted.get(stream);
    if (!counted) return;
    counted.acknowledged = (counted.acknowledged ?? 0) + records;
    counted.bytes += bytes;
    this.sources.get(stream)?.arrivals.notify();
  }

  onThrottle({ stream, records, reads }: Throttle): void {
    const counted = this.counted.get(stream);
    if (!counted) return;
    counted.throttled += records;
    counted.throttledReads += reads;
  }
}
