import { useEffect, useRef, useState } from "preact/hooks";
import type { RecordPage, StreamRecord } from "../../api";
import { get, queryString, readEvents } from "../app/client";
import { connections } from "../app/live";
import { visible } from "../app/visibility";
import { messageOf } from "../parts/resource";

export interface Filter {
  readonly shard?: string;
  readonly key?: string;
  readonly text?: string;
}

/** Number of rows on the screen. It is more than anyone reads, and few enough to draw as they arrive. */
export const shown = 200;

export interface Tail {
  /** The records, latest first. */
  readonly records: readonly StreamRecord[];
  /** Number of records that have arrived while the tail is paused. */
  readonly held: number;
  readonly error?: string;
  readonly ready: boolean;
}

/**
 * The most recent records of a stream as they arrive, or those from a given time on. A hidden page reads nothing; when
 * it becomes visible again, it keeps its records until newer ones have been read.
 *
 * @param paused Records that arrive while this is true are counted and shown when it becomes false.
 */
export function useTail(stream: string, filter: Filter, from: number | undefined, paused: boolean): Tail {
  const [records, setRecords] = useState<readonly StreamRecord[]>([]);
  const [held, setHeld] = useState(0);
  const [error, setError] = useState<string>();
  const [ready, setReady] = useState(false);
  /** Records that are not shown yet, oldest first. */
  const waiting = useRef({ records: [] as readonly StreamRecord[], count: 0 });
  const isPaused = useRef(paused);
  isPaused.current = paused;
  const onScreen = useRef(records);
  onScreen.current = records;
  const { shard, key, text } = filter;
  const epoch = connections.value;
  const isSeen = visible.value;

  /** Keeps no more records than can be shown, however long the tail is paused. */
  const hold = (more: readonly StreamRecord[]) => {
    const { records, count } = waiting.current;
    waiting.current = { records: [...records, ...more].slice(-shown), count: count + more.length };
  };

  useEffect(() => {
    waiting.current = { records: [], count: 0 };
    setReady(false);
    setHeld(0);
    setRecords([]);
  }, [stream, shard, key, text, from, epoch]);

  useEffect(() => {
    if (!isSeen) return;
    const stop = new AbortController();
    const base = `/streams/${encodeURIComponent(stream)}`;
    const read = async () => {
      const { records: past, end } = await get<RecordPage>(
        `${base}/records${queryString({ shard, key, text, from, limit: shown })}`,
        stop.signal,
      );
      if (from !== undefined) setRecords(past);
      else {
        const known = new Set([...onScreen.current, ...waiting.current.records].map(({ id }) => id));
        hold(past.filter(({ id }) => !known.has(id)));
        if (!isPaused.current) draw();
      }
      setError(undefined);
      setReady(true);
      if (from !== undefined) return;
      for await (const arrived of readEvents<readonly StreamRecord[]>(
        `${base}/tail${queryString({ shard, key, text, after: end })}`,
        stop.signal,
      ))
        hold(arrived);
    };
    const draw = () => {
      if (isPaused.current) return setHeld(waiting.current.count);
      if (waiting.current.count === 0) return;
      const more = waiting.current.records.toReversed();
      waiting.current = { records: [], count: 0 };
      setHeld(0);
      setRecords((before) => [...more, ...before].slice(0, shown));
    };
    read().catch((problem) => {
      if (!stop.signal.aborted) setError(messageOf(problem));
    });
    // Records that arrive within a quarter of a second are drawn together.
    const drawing = setInterval(draw, 250);
    return () => {
      stop.abort();
      clearInterval(drawing);
    };
  }, [stream, shard, key, text, from, epoch, isSeen]);
  return { records, held, error, ready };
}
