import type { ShardReader } from "@streaming-data-lake/kinesis";
import { abortable, pause, Signal } from "@streaming-data-lake/runner/signal";
import type { StreamRecord } from "../api";
import { Shared } from "../server/shared";
import type { Logs, StreamLog } from "./logs";
import { recordsOf } from "./logs";
import type { Position } from "./position";
import { matcher, type RecordQuery, shownRecord, wantedBy } from "./record-data";
import { latestRecords } from "./search";

/** Milliseconds between two events: nobody reads faster. */
const rest = 500;
/** Milliseconds after which new shards are looked for. */
const shardLook = 1_000;
/** Shown of a shard, in one event: where more come, the latest are. */
const shown = { records: 100, bytes: 512 * 1024 };
/** Looked through for those that are wanted, of a shard for one event. */
const lookedThrough = { records: 5_000, bytes: 4 * 1024 * 1024 };

export interface TailQuery extends RecordQuery {
  readonly shard?: string | undefined;
}

/** The ends of streams as pages follow them: one reader for all that look for the same. */
export class Tails {
  private readonly shared = new Map<string, Tail>();

  constructor(private readonly logs: Logs) {}

  /** @param after Where it begins; without it now. @throws Refused 404 */
  follow(
    stream: string,
    query: TailQuery,
    after?: Position,
  ): (signal: AbortSignal) => Promise<readonly StreamRecord[] | undefined> {
    const log = this.logs.of(stream);
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
    const records = new Shared(
      () => tailOf(log, query, () => opened.notify()),
      () => this.shared.delete(name),
    );
    const tail = { records, opened: opened.next() };
    this.shared.set(name, tail);
    return tail;
  }
}

/** What all who look for the same follow. */
interface Tail {
  readonly records: Shared<readonly StreamRecord[]>;
  /** Once it is known where its readers begin. */
  readonly opened: Promise<void>;
}

/** What has come after a position, and then what comes, each once. */
async function* following(
  log: StreamLog,
  { shard, ...query }: TailQuery,
  tail: Tail,
  after: Position | undefined,
  signal: AbortSignal,
): AsyncGenerator<readonly StreamRecord[]> {
  const next = tail.records.join(signal);
  let sent = after;
  if (sent) {
    // What comes from here on, the readers tell.
    await abortable(tail.opened, signal);
    const limit = shown.records;
    const found = await latestRecords(log, { shard, limit, matches: matcher(query), after: sent });
    const missed = found.toReversed().map((each) => shownRecord(log.name, each.shard, each.record));
    sent = sent.after(missed);
    if (missed.length > 0) yield missed;
  }
  for (let some = await next(); some !== undefined; some = await next()) {
    const isNew = (record: StreamRecord) => !sent || sent.isBefore(record);
    // The same array where it can be: it is made into bytes once for all.
    const others = some.every(isNew) ? some : some.filter(isNew);
    if (others.length > 0) yield others;
  }
}

/** Follows a stream from its end on. */
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
    return recordsOf(records, log)
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
      // A shard that is split has others in its place soon.
      await Promise.race([
        pause(shardLook, stop),
        ...[...readers.values()].map((reader) => reader.more(stop)),
      ]);
      waiting.abort();
      // What is not wanted keeps a reader as busy as what is.
      if (isFiltered) await pause(rest, signal);
    }
    return undefined;
  };
}
