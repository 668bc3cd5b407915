import { LatencyHistogram, type Percentiles } from "./latency";

/** What has happened on one shard since the producer was created. */
export interface ShardMetrics {
  readonly shardId: string;
  /** Records that were acknowledged. */
  readonly records: number;
  /** Bytes of the acknowledged records, including their partition keys. */
  readonly bytes: number;
  /** Number of times that records were sent, including retries. */
  readonly attempts: number;
  /** Attempts that the shard refused because its limit was exceeded. */
  readonly throttles: number;
  /** Attempts that failed for another reason. */
  readonly failures: number;
  /** Records that were given up. */
  readonly undelivered: number;
  /** Records that are waiting to be sent. */
  readonly queued: number;
  /** Milliseconds that the first waiting record has waited since `put`; 0 when none waits. */
  readonly oldestAgeMs: number;
  /** Milliseconds from `put` to acknowledgement. */
  readonly latencyMs: Percentiles;
}

/** The state of the producer at one moment. */
export interface ProducerMetrics {
  /** Bytes of records that were taken but not yet acknowledged or given up. */
  readonly bufferedBytes: number;
  readonly bufferedRecords: number;
  /** PutRecords calls made so far. `callsInFlight` are in flight now, and `concurrency` is the limit for these. */
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
  /** Metrics of all shards, open or closed since, in the order in which the producer first saw them. */
  readonly shards: readonly ShardMetrics[];
}

/** The counts of one shard or of all shards. */
export class ShardCounters {
  #records = 0;
  #bytes = 0;
  #attempts = 0;
  #throttles = 0;
  #failures = 0;
  #undelivered = 0;
  readonly #latency = new LatencyHistogram();

  /** Counts records that were sent. */
  attempted(records: number): void {
    this.#attempts += records;
  }

  /** Counts records that the shard refused because its limit was exceeded. */
  throttled(records: number): void {
    this.#throttles += records;
  }

  /** Counts records that failed for another reason. */
  failed(records: number): void {
    this.#failures += records;
  }

  /** Counts a record that was acknowledged `latencyMs` milliseconds after it was taken. */
  acknowledged(bytes: number, latencyMs: number): void {
    this.#records++;
    this.#bytes += bytes;
    this.#latency.add(latencyMs);
  }

  /** Counts a record that was given up. */
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
