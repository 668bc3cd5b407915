import type { KinesisRecord } from "@streaming-data-lake/runner/stream/stream-source";
import type { RecordPage, StreamRecord } from "../api";
import type { StreamLog } from "./logs";
import { Position } from "./position";
import { matcher, type RecordQuery, shownRecord, wantedBy } from "./record-data";

/** Records of a stream that are looked through for those that are wanted. */
const mostLookedAt = 100_000;
/** Of an answer. */
const mostBytes = 4 * 1024 * 1024;

export interface Search extends RecordQuery {
  readonly shard?: string | undefined;
  /** Milliseconds since 1970; without it the latest records are looked for. */
  readonly from?: number | undefined;
  readonly limit: number;
}

/** The records that are looked for, the oldest first: the first since a time, or else the last. */
export async function searchRecords(log: StreamLog, search: Search): Promise<RecordPage> {
  const { from, limit, shard } = search;
  const matches = matcher(search);
  const end = await Position.endOf(log);
  const found =
    from === undefined
      ? await latestRecords(log, { shard, limit, matches })
      : await recordsSince(log, search, from, matches);
  // What has come meanwhile is after the end.
  const before = found.filter(({ shard, record }) => !end.isBefore({ shard, ...record })).slice(0, limit);
  // Where not all can be shown, the latest are.
  const records = from === undefined ? shown(log, before).reverse() : shown(log, before);
  return { records, end: end.toString() };
}

/** The first of them, as many as an answer holds. */
function shown(log: StreamLog, records: readonly Found[]): StreamRecord[] {
  let bytes = 0;
  const end = records.findIndex(({ record }, index) => {
    bytes += record.data.length;
    return index > 0 && bytes > mostBytes;
  });
  return (end < 0 ? records : records.slice(0, end)).map(({ shard, record }) =>
    shownRecord(log.name, shard, record),
  );
}

export interface Found {
  readonly shard: string;
  readonly record: KinesisRecord;
}

/** What records are looked for by. */
type Matches = ReturnType<typeof matcher>;

/** The latest that are looked for, the newest first. */
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
    /** None before it are looked for. */
    readonly after?: Position;
  },
): Promise<readonly Found[]> {
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
): Promise<Found[]> {
  const shards = shardsOf(log, only);
  const most = Math.floor(mostLookedAt / shards.length);
  const found = await lookThrough(shards, limit, matches, (id) => log.forward(id, { since: from }), most);
  return found.sort((a, b) => a.record.arrival - b.record.arrival);
}

/** As far as a position, of records that come the newest first. */
async function* since(
  shard: string,
  after: Position | undefined,
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

/** Of each shard the first that are wanted, `limit` at most, among the first `most` records that are read. */
async function lookThrough(
  shards: readonly string[],
  limit: number,
  matches: Matches,
  read: (shard: string) => AsyncIterable<readonly KinesisRecord[]>,
  most = Number.POSITIVE_INFINITY,
): Promise<Found[]> {
  const isWanted = wantedBy(matches);
  const found: Found[] = [];
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
