import type { KinesisRecord } from "@streaming-data-lake/runner/stream/stream-source";
import type { RecordPage, StreamRecord } from "../api";
import type { StreamLog } from "./logs";
import { StreamPosition } from "./position";
import { matcher, type RecordQuery, shownRecord, wantedBy } from "./record-data";

/** Largest number of a stream's records that one search reads. */
const mostLookedAt = 100_000;
/** Largest size of an answer. */
const mostBytes = 4 * 1024 * 1024;

export interface Search extends RecordQuery {
  readonly shard?: string | undefined;
  /** Start of the search, in milliseconds since 1970. Without it, the most recent records are searched for. */
  readonly from?: number | undefined;
  readonly limit: number;
}

/** The matching records, oldest first: the first ones since a time, or else the most recent ones. */
export async function searchRecords(log: StreamLog, search: Search): Promise<RecordPage> {
  const { from, limit, shard } = search;
  const matches = matcher(search);
  const end = await StreamPosition.endOf(log);
  const found =
    from === undefined
      ? await latestRecords(log, { shard, limit, matches })
      : await recordsSince(log, search, from, matches);
  // Records that have arrived during the search lie after the end that is returned, so they are left out.
  const before = found.filter(({ shard, record }) => !end.isBefore({ shard, ...record })).slice(0, limit);
  // When not all fit into a search for the most recent records, the newest are kept.
  const records = from === undefined ? shown(log, before).reverse() : shown(log, before);
  return { records, end: end.toString() };
}

/** The first records, as many as fit into an answer. */
function shown(log: StreamLog, records: readonly FoundRecord[]): StreamRecord[] {
  let bytes = 0;
  const end = records.findIndex(({ record }, index) => {
    bytes += record.data.length;
    return index > 0 && bytes > mostBytes;
  });
  return (end < 0 ? records : records.slice(0, end)).map(({ shard, record }) =>
    shownRecord(log.name, shard, record),
  );
}

export interface FoundRecord {
  readonly shard: string;
  readonly record: KinesisRecord;
}

type Matches = ReturnType<typeof matcher>;

/** The most recent matching records, newest first. */
export async function latestRecords(
  log: StreamLog,
  {
    shard: only,
    limit,
    matches,
    after,
  }: {
    readonly shard?: string | undefined;
    readonly limit: number;
    readonly matches: Matches;
    /** Only records after this position are searched. */
    readonly after?: StreamPosition;
  },
): Promise<readonly FoundRecord[]> {
  const shards = shardsOf(log, only);
  const most = Math.ceil(mostLookedAt / shards.length);
  const found = await lookThrough(shards, limit, matches, (id) =>
    since(id, after, log.backward(id, most, limit)),
  );
  return found.sort((a, b) => b.record.arrival - a.record.arrival).slice(0, limit);
}

async function recordsSince(
  log: StreamLog,
  { shard: only, limit }: Search,
  from: number,
  matches: Matches,
): Promise<FoundRecord[]> {
  const shards = shardsOf(log, only);
  const most = Math.floor(mostLookedAt / shards.length);
  const found = await lookThrough(shards, limit, matches, (id) => log.forward(id, { since: from }), most);
  return found.sort((a, b) => a.record.arrival - b.record.arrival);
}

/** Yields records, which come newest first, until a position is reached. */
async function* since(
  shard: string,
  after: StreamPosition | undefined,
  records: AsyncIterable<readonly KinesisRecord[]>,
): AsyncGenerator<readonly KinesisRecord[]> {
  for await (const some of records) {
    const later = after ? some.filter((record) => after.isBefore({ shard, ...record })) : some;
    yield later;
    if (later.length < some.length) return;
  }
}

const shardsOf = (log: StreamLog, only: string | undefined): readonly string[] =>
  log.shards.flatMap(({ id }) => (only === undefined || id === only ? [id] : []));

/** The first matching records of each shard, at most `limit`, among the first `most` records that are read. */
async function lookThrough(
  shards: readonly string[],
  limit: number,
  matches: Matches,
  read: (shard: string) => AsyncIterable<readonly KinesisRecord[]>,
  most = Number.POSITIVE_INFINITY,
): Promise<FoundRecord[]> {
  const isWanted = wantedBy(matches);
  const found: FoundRecord[] = [];
  for (const shard of shards) {
    let count = 0;
    let looked = 0;
    search: for await (const records of read(shard))
      for (const record of records) {
        looked++;
        if (looked > most) break search;
        if (!isWanted(record)) continue;
        found.push({ shard, record });
        count++;
        if (count === limit) break search;
      }
  }
  return found;
}
