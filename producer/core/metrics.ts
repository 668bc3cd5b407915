import { LatencyHistogram, type Percentiles } from "./latency";

/** What happened on one shard since the producer was made. */
export interface ShardMetrics {
  readonly shardId: string;
  /** Records acknowledged. */
  readonly records: number;
  /** Bytes of the acknowledged records, with their keys. */
  readonly bytes: number;
  /** Records sent, each time counted. */
  readonly attempts: number;
  /** Attempts that the shard refused as over its limit. */
  readonly throttles: number;
  /** Attempts that failed otherwise. */
  readonly failures: number;
  /** Records given up. */
  readonly undelivered: number;
  /** Records waiting to be sent. */
  readonly queued: number;
  /** Milliseconds the first record in line has been waiting since `put`; 0 when none waits. */
  readonly oldestAgeMs: number;
  /** Milliseconds from `put` to acknowledgement. */
  readonly latencyMs: Percentiles;
}

/** A moment's view of the producer. */
export interface ProducerMetrics {
  /** Bytes of records that were taken and have no answer yet. */
  readonly bufferedBytes: number;
  readonly bufferedRecords: number;
  /** PutRecords calls made, in flight now, and allowed in flight now. */
  readonly calls: number;
  readonly callsInFlight: number;
  readonly concurrency: number;
  /** Totals over all shards. */
  readonly records: number;
  readonly bytes: number;
  readonly attempts: number;
  readonly throttles: number;
  readonly failures: number;
  readonly undelivered: number;
  readonly latencyMs: Percentiles;
  /** Open shards and those that were closed since, in order of appearance. */
  readonly shards: readonly ShardMetrics[];
}

/** Counts of one shard, or of all. */
export class ShardCounters {
  #records = 0;
  #bytes = 0;
  #attempts = 0;
  #throttles = 0;
  #failures = 0;
  #undelivered = 0;
  readonly #latency = new LatencyHistogram();

  /** So many records were sent. */
  attempted(records: number): void {
    this.#attempts += records;
  }

  /** The shard refused so many records as over its limit. */
  throttled(records: number): void {
    this.#throttles += records;
  }

  /** So many records failed otherwise. */
  failed(records: number): void {
    this.#failures += records;
  }

  /** A record was acknowledged so many milliseconds after it was taken. */
  acknowledged(bytes: number, latencyMs: number): void {
    this.#records++;
    this.#bytes += bytes;
    this.#latency.add(latencyMs);
  }

  /** A record was given up. */
  gaveUp(): void {
    this.#undelivered++;
  }

  add(other: ShardCounters): void {
    this.#records += other.#records;
    this.#bytes += other.#bytes;
    this.#attempts += other.#attempts;
    this.#throttles += other.#throttles;
    this.#failures += other.#failures;
    this.#undelivered += other.#undelivered;
    this.#latency.merge(other.#latency);
  }

  snapshot() {
    return {
      records: this.#records,
      bytes: this.#bytes,
      attempts: this.#attempts,
      throttles: this.#throttles,
      failures: this.#failures,
      undelivered: this.#undelivered,
      latencyMs: this.#latency.percentiles(),
    };
  }
}
