import type { ShardReader } from "@streaming-data-lake/kinesis";
import { pause } from "@streaming-data-lake/runner/signal";
import type { StreamRecord } from "../api";
import type { StreamLog } from "./logs";
import { recordsOf } from "./logs";
import { matcher, type RecordQuery, shownRecord, wantedBy } from "./record-data";

/** Milliseconds between two events: nobody reads faster. */
const rest = 500;
/** Of a shard, in one event: where more come, the latest are shown. */
const most = { records: 100, bytes: 512 * 1024 };

/** Follows a stream from its end on. */
export function tailOf(
  log: StreamLog,
  { shard: only, ...query }: RecordQuery & { readonly shard?: string | undefined },
): (signal: AbortSignal) => Promise<readonly StreamRecord[] | undefined> {
  const readers = new Map<string, ShardReader>();
  const isWanted = wantedBy(matcher(query));
  const isFiltered = Boolean(query.key || query.text);
  let isFirst = true;
  const openNew = async () => {
    for (const { id } of log.shards)
      if ((only === undefined || id === only) && !readers.has(id))
        readers.set(id, await log.open(id, isFirst ? "newest" : "oldest"));
    isFirst = false;
  };
  const take = async (shard: string, reader: ShardReader): Promise<StreamRecord[]> => {
    const { records, behind } = await reader.read(most);
    if (behind > 0) readers.set(shard, await log.open(shard, { back: most.records }));
    return recordsOf(records, log)
      .filter((record) => !isFiltered || isWanted(record))
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
      await Promise.race([pause(1_000, stop), ...[...readers.values()].map((reader) => reader.more(stop))]);
      waiting.abort();
    }
    return undefined;
  };
}
