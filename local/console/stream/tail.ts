import type { ShardReader } from "@streaming-data-lake/kinesis";
import { abortable, pause, Signal } from "@streaming-data-lake/timing";
import type { StreamRecord } from "../api";
import { SharedSequence } from "../server/shared";
import type { Logs, StreamLog } from "./logs";
import { readableRecords } from "./logs";
import type { StreamPosition } from "./position";
import { matcher, type RecordQuery, shownRecord, wantedBy } from "./record-data";
import { latestRecords } from "./search";

/** Shortest time between two events, because nobody reads faster. Milliseconds. */
const rest = 500;
/** Interval at which new shards are looked for. Milliseconds. */
const shardLook = 1_000;
/** Limits of what one event shows of a shard. When more records arrive, the latest are shown. */
const shown = { records: 100, bytes: 512 * 1024 };
/** Limits of what is read of a shard in search of matching records for one event. */
const lookedThrough = { records: 5_000, bytes: 4 * 1024 * 1024 };

export interface TailQuery extends RecordQuery {
  readonly shard?: string | undefined;
}

/** Follows the ends of streams for the pages. All pages with the same search share one reader. */
export class Tails {
  private readonly shared = new Map<string, Tail>();

  constructor(private readonly logs: Logs) {}

  /** @param after Position to start at. @default the current end @throws Refused 404 */
  follow(
    stream: string,
    query: TailQuery,
    after?: StreamPosition,
  ): (signal: AbortSignal) => Promise<readonly StreamRecord[] | undefined> {
    const log = this.logs.logOf(stream);
    const name = JSON.stringify([stream, query.shard, query.key, query.text]);
    let values: AsyncGenerator<readonly StreamRecord[]> | undefined;
    return async (signal) => {
      values ??= following(log, query, this.tail(name, log, query), after, signal);
      const { value, done } = await values.next();
      return done ? undefined : value;
    };
  }

  private tail(name: string, log: StreamLog, query: TailQuery): Tail {
    const known = this.shared.get(name);
    if (known) return known;
    const opened = new Signal();
    const records = new SharedSequence(
      () => tailOf(log, query, () => opened.notify()),
      () => this.shared.delete(name),
    );
    const tail = { records, opened: opened.next() };
    this.shared.set(name, tail);
    return tail;
  }
}

/** What all readers with the same search share. */
interface Tail {
  readonly records: SharedSequence<readonly StreamRecord[]>;
  /** Resolves once the shared reader has opened the shards, and so has fixed where it starts. */
  readonly opened: Promise<void>;
}

/** Yields the records after a position and then those that arrive, each exactly once. */
async function* following(
  log: StreamLog,
  { shard, ...query }: TailQuery,
  tail: Tail,
  after: StreamPosition | undefined,
  signal: AbortSignal,
): AsyncGenerator<readonly StreamRecord[]> {
  const next = tail.records.join(signal);
  let sent = after;
  if (sent) {
    // The shared reader covers everything from here on.
    await abortable(tail.opened, signal);
    const limit = shown.records;
    const found = await latestRecords(log, { shard, limit, matches: matcher(query), after: sent });
    const missed = found.toReversed().map((each) => shownRecord(log.name, each.shard, each.record));
    sent = sent.after(missed);
    if (missed.length > 0) yield missed;
  }
  for (let some = await next(); some !== undefined; some = await next()) {
    const isNew = (record: StreamRecord) => !sent || sent.isBefore(record);
    // The same array is passed on if possible, because it is then serialized only once for all readers.
    const others = some.every(isNew) ? some : some.filter(isNew);
    if (others.length > 0) yield others;
  }
}

/** Follows a stream from its current end. */
function tailOf(
  log: StreamLog,
  { shard: only, ...query }: TailQuery,
  onOpened: () => void,
): (signal: AbortSignal) => Promise<readonly StreamRecord[] | undefined> {
  const readers = new Map<string, ShardReader>();
  const ended = new Set<string>();
  const isWanted = wantedBy(matcher(query));
  const isFiltered = Boolean(query.key || query.text);
  const most = isFiltered ? lookedThrough : shown;
  let isFirst = true;
  const openNew = async () => {
    for (const { id } of log.shards)
      if ((only === undefined || id === only) && !readers.has(id) && !ended.has(id))
        readers.set(id, await log.open(id, isFirst ? "newest" : "oldest"));
    isFirst = false;
  };
  const take = async (shard: string, reader: ShardReader): Promise<StreamRecord[]> => {
    const { records, behind, ended: isEnded } = await reader.read(most);
    if (isEnded) {
      readers.delete(shard);
      ended.add(shard);
    } else if (behind > 0) readers.set(shard, await log.open(shard, { back: most.records }));
    return readableRecords(records, log)
      .filter((record) => !isFiltered || isWanted(record))
      .slice(-shown.records)
      .map((record) => shownRecord(log.name, shard, record));
  };
  return async (signal) => {
    if (!isFirst) await pause(rest, signal);
    while (!signal.aborted) {
      await openNew().finally(onOpened);
      const read = await Promise.all([...readers].map(([shard, reader]) => take(shard, reader)));
      const records = read.flat().sort((a, b) => a.arrival - b.arrival);
      if (records.length > 0) return records;
      const waiting = new AbortController();
      const stop = AbortSignal.any([signal, waiting.signal]);
      // A shard that was split is soon replaced by new ones, so the wait is limited.
      await Promise.race([
        pause(shardLook, stop),
        ...[...readers.values()].map((reader) => reader.more(stop)),
      ]);
      waiting.abort();
      // Records that do not match would otherwise keep the reader busy without a pause.
      if (isFiltered) await pause(rest, signal);
    }
    return undefined;
  };
}
