import { batch, effect, signal } from "@preact/signals";
import type { LiveState, Pipeline } from "../../api";
import { get, Refusal, readEvents } from "./client";
import { seen, visible } from "./visibility";

/** State of the connection to the runner. `refused` means that the token is not the one of this run. */
export type Connection = "connecting" | "live" | "gone" | "refused";

export const connection = signal<Connection>("connecting");
export const pipeline = signal<Pipeline | undefined>(undefined);
export const live = signal<LiveState | undefined>(undefined);
/** Number of connections so far. Resources are read again when it grows. */
export const connections = signal(0);

/** Number of seconds for which rates are kept for the graphs. */
const mostSeconds = 120;
/** Records per second of each node, oldest first. */
export const rates = signal<Readonly<Record<string, readonly number[]>>>({});
/** The times of the rates, in milliseconds since 1970. */
export const rateTimes = signal<readonly number[]>([]);

const retryDelay = 1_000;

/** Follows the runner while the page is visible. When the runner is gone, tries to reconnect once a second. */
export async function follow(): Promise<never> {
  for (;;) {
    await seen();
    const stop = new AbortController();
    const unsubscribe = visible.subscribe((isSeen) => {
      if (!isSeen) stop.abort();
    });
    try {
      const states = readEvents<LiveState>("/live", stop.signal);
      const [told, now] = await Promise.all([get<Pipeline>("/pipeline", stop.signal), states.next()]);
      batch(() => {
        pipeline.value = told;
        if (!now.done) show(now.value);
      });
      for await (const state of states) show(state);
      if (!stop.signal.aborted) connection.value = "gone";
    } catch (error) {
      if (stop.signal.aborted) continue;
      connection.value = error instanceof Refusal && error.status === 401 ? "refused" : "gone";
    } finally {
      unsubscribe();
      stop.abort();
    }
    await new Promise((resolve) => setTimeout(resolve, retryDelay));
  }
}

function show(state: LiveState): void {
  if (connection.value !== "live") connections.value++;
  connection.value = "live";
  live.value = state;
  remember(state);
}

function remember({ nodes, time }: LiveState): void {
  rateTimes.value = [...rateTimes.peek(), time].slice(-mostSeconds);
  const before = rates.peek();
  rates.value = Object.fromEntries(
    Object.entries(nodes)
      .filter(([, { recordRate }]) => recordRate !== undefined)
      .map(([id, { recordRate = 0 }]) => [id, [...(before[id] ?? []), recordRate].slice(-mostSeconds)]),
  );
}

effect(() => {
  document.title = pipeline.value ? `${pipeline.value.stack} · Console` : "Console";
});
