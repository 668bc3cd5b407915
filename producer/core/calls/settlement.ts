import type { MonotonicClock } from "../clock";
import type { GiveUpReason } from "../errors";
import type { PendingRecord, Receipt } from "../record";
import type { ShardLane } from "../shards/shard-lane";
import type { ShardLanes } from "../shards/shard-lanes";
import type { ShardMap } from "../shards/shard-map";
import { backoffDelay, failureBackoff, throttleBackoff } from "./backoff";
import { type Batch, type BatchEntry, type BatchPart, recordsOf } from "./batch";
import type { EntryResult } from "./call";
import { CallFailure } from "./failure";
import { Outage } from "./outage";

export interface SettlementOptions {
  readonly clock: MonotonicClock;
  readonly random: () => number;
  readonly timeToLiveMs: number;
  readonly ordered: boolean;
  /** Called with a message that the user should know, about something that does not stop the producer. */
  readonly onWarning: (message: string) => void;
  readonly delivered: (record: PendingRecord, receipt: Receipt) => void;
  readonly givenUp: (record: PendingRecord, reason: GiveUpReason) => void;
  /** Called when records have returned to their lanes. */
  readonly returned: () => void;
}

/** Why a record must no longer be sent; undefined when it must. */
export function staleReason(
  record: PendingRecord,
  now: number,
  timeToLiveMs: number,
): GiveUpReason | undefined {
  if (record.signal?.aborted) return "Aborted";
  return now - record.acceptedAt >= timeToLiveMs ? "Expired" : undefined;
}

/** Decides for each record of a call that has returned whether it is acknowledged, retried or given up. */
export class Settlement {
  /** Records that will be retried later, each list with a function that cancels the retry. */
  readonly #delayed = new Map<readonly PendingRecord[], () => void>();
  #stopped: GiveUpReason | undefined;
  readonly #outage: Outage;

  constructor(
    private readonly lanes: ShardLanes,
    private readonly options: SettlementOptions,
  ) {
    this.#outage = new Outage(options.timeToLiveMs, options.onWarning);
  }

  /** Stops all retries from now on. */
  stop(reason: GiveUpReason): void {
    this.#stopped = reason;
    for (const [records, cancel] of this.#delayed) {
      cancel();
      for (const record of records) this.options.givenUp(record, reason);
    }
    this.#delayed.clear();
  }

  /**
   * Settles the records of a call that has returned.
   *
   * @param started Time at which the call began.
   * @param map The current shards, if an aggregate is in another shard than it was meant for.
   */
  settle(
    { entries, parts }: Batch,
    results: readonly EntryResult[] | CallFailure,
    started: number,
    map: ShardMap | undefined,
  ): void {
    const now = this.options.clock.now();
    for (const part of parts) {
      this.#watch(part, results, started, now);
      this.#settlePart(part, entries, results, map, now);
    }
  }

  /** Notes for a shard of a call whether any entry succeeded. */
  #watch(
    { lane, from, to }: BatchPart,
    results: readonly EntryResult[] | CallFailure,
    started: number,
    now: number,
  ): void {
    const { shardId } = lane.shard;
    let failure: CallFailure | undefined;
    for (let at = from; at < to; at++) {
      const result = results instanceof CallFailure ? results : results[at];
      if (!(result instanceof CallFailure)) {
        this.#outage.succeeded(shardId, now);
        return;
      }
      failure = result;
    }
    // A refused record is not retried, so it is not part of an outage. Its error goes to the caller of `put`.
    if (failure && (failure.kind === "failure" || failure.kind === "throttle"))
      this.#outage.failed(shardId, failure.error, started, now);
  }

  #settlePart(
    { lane, from, to }: BatchPart,
    entries: readonly BatchEntry[],
    results: readonly EntryResult[] | CallFailure,
    map: ShardMap | undefined,
    now: number,
  ): void {
    const { counters } = lane;
    const retries: PendingRecord[] = [];
    let throttled = false;
    for (let at = from; at < to; at++) {
      const entry = entries[at] as BatchEntry;
      const result = results instanceof CallFailure ? results : (results[at] as EntryResult);
      const records = recordsOf(entry);
      counters.attempted(records.length);
      if (!(result instanceof CallFailure)) {
        this.#deliver(entry, result, lane, map, now, retries);
        continue;
      }
      if (result.kind === "throttle") {
        throttled = true;
        counters.throttled(records.length);
      } else {
        counters.failed(records.length);
      }
      for (const record of records) {
        record.lastError = result.error;
        record.uncertain ||= result.uncertain;
        const reason = this.#givenUpFor(record, result, now);
        if (reason === undefined) retries.push(record);
        else this.options.givenUp(record, reason);
      }
    }
    if (retries.length > 0) this.#retry(lane, retries, throttled, now);
  }

  /** Why a failed record is given up; undefined when it is retried. */
  #givenUpFor(record: PendingRecord, { kind }: CallFailure, now: number): GiveUpReason | undefined {
    if (kind === "refused" || kind === "invalid") return "Refused";
    return this.#stopped ?? staleReason(record, now, this.options.timeToLiveMs);
  }

  #deliver(
    entry: BatchEntry,
    receipt: { readonly shardId: string; readonly sequenceNumber: string },
    lane: ShardLane,
    map: ShardMap | undefined,
    now: number,
    retries: PendingRecord[],
  ): void {
    const { shardId } = receipt;
    const counters = shardId === lane.shard.shardId ? lane.counters : this.lanes.countersOf(shardId);
    if (!("records" in entry)) {
      counters.acknowledged(entry.bytes, now - entry.acceptedAt);
      this.options.delivered(entry, receipt);
      return;
    }
    for (const [subSequenceNumber, record] of entry.records.entries()) {
      // The shards have been split or merged. Consumers drop a record from an aggregate that is in another shard.
      if (map !== undefined && map.shardOf(record.partitionKey, record.explicitHashKey).shardId !== shardId) {
        record.uncertain = true;
        if (this.#stopped === undefined) retries.push(record);
        else this.options.givenUp(record, this.#stopped);
        continue;
      }
      counters.acknowledged(record.bytes, now - record.acceptedAt);
      this.options.delivered(record, { ...receipt, subSequenceNumber });
    }
  }

  #retry(lane: ShardLane, records: readonly PendingRecord[], throttled: boolean, now: number): void {
    const attempts = records.reduce((most, record) => Math.max(most, record.attempts), 1);
    const delay = backoffDelay(throttled ? throttleBackoff : failureBackoff, attempts, this.options.random());
    if (throttled) lane.throttled(now);
    if (throttled || this.options.ordered) {
      lane.hold(now + delay);
      this.lanes.putBack(records, now);
      return;
    }
    // When order does not matter, the shard's other records need not wait for these.
    const cancel = this.options.clock.after(delay, () => {
      this.#delayed.delete(records);
      this.lanes.putBack(records, this.options.clock.now());
      this.options.returned();
    });
    this.#delayed.set(records, cancel);
  }
}
