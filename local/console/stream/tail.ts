import type { ShardReader } from "@streaming-data-lake/kinesis";
import { pause } from "@streaming-data-lake/runner/signal";
import type { StreamRecord } from "../api";
import { Shared } from "../server/shared";
import type { Logs, StreamLog } from "./logs";
import { recordsOf } from "./logs";
import { matcher, type RecordQuery, shownRecord, wantedBy } from "./record-data";

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
  private readonly shared = new Map<string, Shared<readonly StreamRecord[]>>();

  constructor(private readonly logs: Logs) {}

  /** From now on. @throws Refused 404 */
  follow(
    stream: string,
    query: TailQuery,
  ): (signal: AbortSignal) => Promise<readonly StreamRecord[] | undefined> {
    const log = this.logs.of(stream);
    const name = JSON.stringify([stream, query.shard, query.key, query.text]);
    let next: (() => Promise<readonly StreamRecord[] | undefined>) | undefined;
    return (signal) => {
      next ??= this.tail(name, log, query).join(signal);
      return next();
    };
  }

  private tail(name: string, log: StreamLog, query: TailQuery): Shared<readonly StreamRecord[]> {
    const known = this.shared.get(name);
    if (known) return known;
    const tail = new Shared(
      () => tailOf(log, query),
      () => this.shared.delete(name),
    );
    this.shared.set(name, tail);
    return tail;
  }
}

/** Follows a stream from its end on. */
function tailOf(
  log: StreamLog,
  { shard: only, ...query }: TailQuery,
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
      await openNew();
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
