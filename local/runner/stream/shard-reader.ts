import { pause } from "@streaming-data-lake/timing";
import { type Fetch, ForeignPosition, StreamGone, type StreamSource } from "./stream-source";

/** Where reading begins: after a sequence number, or with the first record that arrived at a time or later. */
export type ReadPosition = { readonly after: string } | { readonly since: number };

export interface ShardReaderOptions {
  readonly source: StreamSource;
  readonly shardId: string;
  readonly position: ReadPosition;
  readonly abort: AbortSignal;
  readonly onTrouble: (message: string) => void;
}

/** Longest pause between two calls to an endpoint that can't announce new records. Milliseconds. */
const pollMilliseconds = 250;

/**
 * Reads a shard to its end, or until it is aborted. Calls that fail are repeated.
 *
 * @throws Error when the stream no longer exists, or has been replaced by another one.
 */
export async function* followShard(options: ShardReaderOptions): AsyncGenerator<Fetch> {
  const { source, shardId, position, abort, onTrouble } = options;
  const since = "since" in position ? position.since : 0;
  let after = "after" in position ? position.after : undefined;
  let failures = 0;
  while (!abort.aborted) {
    let fetch: Fetch;
    const arrived = source.arrivals.next(pollMilliseconds, abort);
    try {
      fetch = await source.fetch(shardId, after);
    } catch (error) {
      if (abort.aborted) return;
      if (error instanceof StreamGone || error instanceof ForeignPosition)
        throw goneError(source.name, error);
      if (failures++ === 0) onTrouble(`${source.name} ${shardId}: ${(error as Error).message}; trying again`);
      await pause(Math.min(100 * 2 ** failures, 5_000), abort);
      continue;
    }
    if (failures > 0) onTrouble(`${source.name} ${shardId}: it is read again`);
    failures = 0;
    after = fetch.records.at(-1)?.sequenceNumber ?? after;
    yield since > 0 ? { ...fetch, records: fetch.records.filter(({ arrival }) => arrival >= since) } : fetch;
    if (fetch.ended) return;
    if (fetch.records.length === 0) await arrived;
    if (!fetch.full) await pause(source.pauseMilliseconds, abort);
  }
}

function goneError(stream: string, error: Error): Error {
  return new Error(
    error instanceof StreamGone
      ? `the stream ${stream} was deleted; the next start creates it again, and what was delivered stays`
      : `what was read so far is of another stream named ${stream} (${error.message}): start over with --reset, or in another --dir`,
  );
}
