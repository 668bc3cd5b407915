import { useEffect, useRef, useState } from "preact/hooks";
import type { StreamRecord } from "../../api";
import { events, get, query } from "../app/client";
import { connections } from "../app/live";
import { messageOf } from "../parts/resource";

export interface Filter {
  readonly shard?: string;
  readonly key?: string;
  readonly text?: string;
}

/** Rows on the screen: more than anyone reads, few enough to draw as they come. */
export const shown = 200;

export interface Tail {
  /** Latest first. */
  readonly records: readonly StreamRecord[];
  /** Arrived while it was paused. */
  readonly held: number;
  readonly error?: string;
  readonly ready: boolean;
}

/**
 * The latest records of a stream as they arrive, or those from a time on.
 *
 * @param paused What arrives meanwhile is counted, and shown when it goes on.
 */
export function useTail(stream: string, filter: Filter, from: number | undefined, paused: boolean): Tail {
  const [records, setRecords] = useState<readonly StreamRecord[]>([]);
  const [held, setHeld] = useState(0);
  const [error, setError] = useState<string>();
  const [ready, setReady] = useState(false);
  const waiting = useRef({ records: [] as readonly StreamRecord[], count: 0 });
  const isPaused = useRef(paused);
  isPaused.current = paused;
  const { shard, key, text } = filter;
  const epoch = connections.value;

  useEffect(() => {
    const stop = new AbortController();
    const base = `/streams/${encodeURIComponent(stream)}`;
    const none = { records: [], count: 0 };
    waiting.current = none;
    setReady(false);
    setHeld(0);
    const read = async () => {
      const past = await get<readonly StreamRecord[]>(
        `${base}/records${query({ shard, key, text, from, limit: shown })}`,
        stop.signal,
      );
      setRecords(from === undefined ? past.toReversed() : past);
      setError(undefined);
      setReady(true);
      if (from !== undefined) return;
      const seen = new Set(past.map(({ id }) => id));
      for await (const more of events<readonly StreamRecord[]>(
        `${base}/tail${query({ shard, key, text })}`,
        stop.signal,
      )) {
        const { records, count } = waiting.current;
        const arrived = more.filter(({ id }) => !seen.has(id));
        // More than are shown need not be kept, however long it is paused.
        waiting.current = {
          records: [...records, ...arrived].slice(-shown),
          count: count + arrived.length,
        };
      }
    };
    read().catch((problem) => {
      if (!stop.signal.aborted) setError(messageOf(problem));
    });
    // What comes in a quarter of a second is drawn at once.
    const drawing = setInterval(() => {
      if (isPaused.current) return setHeld(waiting.current.count);
      if (waiting.current.count === 0) return;
      const more = waiting.current.records.toReversed();
      waiting.current = none;
      setHeld(0);
      setRecords((before) => [...more, ...before].slice(0, shown));
    }, 250);
    return () => {
      stop.abort();
      clearInterval(drawing);
    };
  }, [stream, shard, key, text, from, epoch]);
  return { records, held, error, ready };
}
