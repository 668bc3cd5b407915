import { batch, effect, signal } from "@preact/signals";
import type { LiveState, Pipeline } from "../../api";
import { get, Refusal, readEvents } from "./client";
import { seen, visible } from "./visibility";

/** `refused`: the token is not of this run. */
export type Connection = "connecting" | "live" | "gone" | "refused";

export const connection = signal<Connection>("connecting");
export const pipeline = signal<Pipeline | undefined>(undefined);
export const live = signal<LiveState | undefined>(undefined);
/** Grows with each new connection: what was read before it is read again. */
export const connections = signal(0);

/** Seconds of rates that are kept for the graphs. */
const kept = 120;
/** Records per second by node, oldest first. */
export const rates = signal<Readonly<Record<string, readonly number[]>>>({});
/** When they were so, in milliseconds since 1970. */
export const rateTimes = signal<readonly number[]>([]);

const retryDelay = 1_000;

/** Follows the runner while the page is seen. A runner that went away is looked for once a second. */
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
  rateTimes.value = [...rateTimes.peek(), time].slice(-kept);
  const before = rates.peek();
  rates.value = Object.fromEntries(
    Object.entries(nodes)
      .filter(([, { recordRate }]) => recordRate !== undefined)
      .map(([id, { recordRate = 0 }]) => [id, [...(before[id] ?? []), recordRate].slice(-kept)]),
  );
}

effect(() => {
  document.title = pipeline.value ? `${pipeline.value.stack} · Console` : "Console";
});
