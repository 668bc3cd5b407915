import type { GiveUpReason } from "../errors";
import type { PendingRecord } from "../record";
import type { ShardLanes } from "../shards/shard-lanes";
import type { ShardMap } from "../shards/shard-map";
import { Batch, type BatchLimits } from "./batch";
import { type EntryResult, type PutRecords, sendEntries } from "./call";
import { ConcurrencyLimit } from "./concurrency";
import { CallFailure } from "./failure";
import { Settlement, type SettlementOptions, staleReason } from "./settlement";

export interface DispatcherOptions extends BatchLimits, Omit<SettlementOptions, "returned"> {
  readonly maxConcurrency: number;
  readonly putRecords: PutRecords;
  /** Returns whether records are sent immediately, without waiting for a call to fill. */
  readonly urgent: () => boolean;
  /** Lists the shards again, because a record went to another shard than the map says. */
  readonly refreshShards: () => Promise<ShardMap | undefined>;
  /** Called when records have been acknowledged or given up. */
  readonly settled: () => void;
}

/** Number of aggregates that one call is assumed to carry when deciding how many records to take in advance. */
const aggregatesPerCall = 8;

/** Decides when the records that wait in the lanes are sent, and in which calls. */
export class Dispatcher {
  readonly #limit: ConcurrencyLimit;
  readonly #settlement: Settlement;
  #timer: (() => void) | undefined;
  #timerAt = Number.POSITIVE_INFINITY;
  /** Time before which nothing can be sent, unless a call returns. */
  #stalledUntil = 0;
  #firstLane = 0;
  #stopped = false;
  /** Shards to switch to once no call is in flight. */
  #nextMap: ShardMap | undefined;
  calls = 0;
  callsInFlight = 0;

  constructor(
    private readonly lanes: ShardLanes,
    private readonly options: DispatcherOptions,
  ) {
    this.#limit = new ConcurrencyLimit(options.maxConcurrency);
    this.#settlement = new Settlement(lanes, { ...options, returned: () => this.pump() });
  }

  get concurrency(): number {
    return this.#limit.value;
  }

  /** Whether there are enough records to send for a while. More would only wait and use memory. */
  get supplied(): boolean {
    const { aggregateBytes, maxBatchRecords } = this.options;
    const { length, bytes, all } = this.lanes;
    const calls = 1 + 2 * all.length;
    if (aggregateBytes === undefined) return length >= calls * maxBatchRecords;
    return bytes >= calls * aggregatesPerCall * aggregateBytes;
  }

  add(record: PendingRecord): void {
    const now = record.acceptedAt;
    const lane = this.lanes.push(record, now);
    const wakeAt = this.options.urgent() ? now : lane.dueAt;
    const { aggregateBytes, maxBatchRecords, maxBatchBytes } = this.options;
    const enough =
      aggregateBytes === undefined
        ? this.lanes.length >= maxBatchRecords || this.lanes.bytes >= maxBatchBytes
        : lane.bytes >= aggregateBytes;
    if (enough && now >= this.#stalledUntil) this.pump();
    else if (wakeAt < this.#timerAt) this.#wakeAt(wakeAt, now);
  }

  /** Adds records that were held back so far, and sends those that can be sent now. */
  addAll(records: readonly PendingRecord[]): void {
    const now = this.options.clock.now();
    for (const record of records) this.lanes.push(record, now);
    this.pump();
  }

  /** Sends all records that can be sent now. */
  pump(): void {
    if (this.#stopped || this.#nextMap !== undefined) return;
    while (this.lanes.length > 0 && this.callsInFlight < this.#limit.value) {
      const now = this.options.clock.now();
      const readyAt = this.#readyAt(now);
      this.#stalledUntil = readyAt > now ? readyAt : 0;
      if (readyAt > now) {
        this.#wakeAt(readyAt, now);
        return;
      }
      const batch = this.#collect(now);
      if (batch.entries.length > 0) void this.#call(batch, now);
    }
  }

  /**
   * Switches to other shards. If order matters, this waits until no call is in flight, because a call can still fail.
   */
  useShards(map: ShardMap): void {
    if (this.lanes.map?.equals(map)) return;
    this.#nextMap = map;
    if (this.options.ordered && this.callsInFlight > 0) return;
    this.#nextMap = undefined;
    this.lanes.rebuild(map);
    this.pump();
  }

  /** Gives up all waiting records. Those in flight are given up when their calls return without success. */
  stop(reason: GiveUpReason): void {
    this.#stopped = true;
    this.#timer?.();
    this.#settlement.stop(reason);
    for (const record of this.lanes.drain()) this.options.givenUp(record, reason);
    this.options.settled();
  }

  /**
   * Time from which something can be sent, which can be in the past. It is infinite when nothing can be sent before a
   * call returns.
   */
  #readyAt(now: number): number {
    const { maxBatchRecords, maxBatchBytes, aggregateBytes = Number.POSITIVE_INFINITY } = this.options;
    const mostRecords =
      aggregateBytes === Number.POSITIVE_INFINITY ? maxBatchRecords : Number.POSITIVE_INFINITY;
    const urgent = this.options.urgent();
    let records = 0;
    let bytes = 0;
    let readyAt = Number.POSITIVE_INFINITY;
    for (const lane of this.lanes.all) {
      readyAt = Math.min(readyAt, lane.readyAt(now, urgent));
      const allowance = lane.length === 0 ? 0 : lane.allowance(now);
      if (allowance === 0) continue;
      records += Math.min(allowance, lane.ready);
      bytes += lane.bytes;
      const full = records >= mostRecords || bytes >= maxBatchBytes || lane.bytes >= aggregateBytes;
      if (full || readyAt <= now) return now;
    }
    return readyAt;
  }

  #wakeAt(at: number, now: number): void {
    if (at >= this.#timerAt || at === Number.POSITIVE_INFINITY) return;
    this.#timer?.();
    this.#timerAt = at;
    this.#timer = this.options.clock.after(Math.max(1, Math.ceil(at - now)), () => {
      this.#timerAt = Number.POSITIVE_INFINITY;
      this.pump();
    });
  }

  #collect(now: number): Batch {
    let stale = false;
    const batch = new Batch(this.options, (record) => {
      const reason = staleReason(record, now, this.options.timeToLiveMs);
      if (reason === undefined) return true;
      stale = true;
      this.options.givenUp(record, reason);
      return false;
    });
    const lanes = this.lanes.all;
    const urgent = this.options.urgent();
    this.#firstLane = (this.#firstLane + 1) % lanes.length;
    for (let offset = 0; offset < lanes.length && !batch.full; offset++) {
      const lane = lanes[(this.#firstLane + offset) % lanes.length];
      if (lane !== undefined && lane.length > 0) batch.fill(lane, now, urgent || lane.dueAt <= now);
    }
    if (this.options.ordered) for (const { lane } of batch.parts) lane.block();
    if (stale) this.options.settled();
    return batch;
  }

  async #call(batch: Batch, started: number): Promise<void> {
    const inFlight = ++this.callsInFlight;
    const results = await sendEntries(batch.entries, (entries) => {
      this.calls++;
      return this.options.putRecords(entries);
    });
    const now = this.options.clock.now();
    if (!(results instanceof CallFailure)) this.#limit.completed(now, now - started, inFlight);
    else if (results.kind === "failure") this.#limit.failed(now);

    const map = movedEntries(batch, results) ? await this.#moved(batch) : undefined;
    this.callsInFlight--;
    if (this.options.ordered) for (const { lane } of batch.parts) lane.release();
    this.#settlement.settle(batch, results, started, map);
    this.options.settled();
    if (this.#nextMap !== undefined) this.useShards(this.#nextMap);
    this.pump();
  }

  /**
   * Lists the shards again. An aggregate is not settled before that, because only the new map shows which of its
   * records consumers will accept.
   */
  async #moved({ entries }: Batch): Promise<ShardMap | undefined> {
    const refreshed = this.options.refreshShards();
    return entries.some((entry) => "records" in entry) ? await refreshed : undefined;
  }
}

/** Whether the service has put an entry into another shard than expected. */
function movedEntries({ parts }: Batch, results: readonly EntryResult[] | CallFailure): boolean {
  if (results instanceof CallFailure) return false;
  return parts.some(({ lane, from, to }) => {
    for (let at = from; at < to; at++) {
      const result = results[at];
      if (result && !(result instanceof CallFailure) && result.shardId !== lane.shard.shardId) return true;
    }
    return false;
  });
}
