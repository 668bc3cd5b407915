import { setTimeout as delay } from "node:timers/promises";

/** Yields records at a rate of `perSecond`, the first immediately. Ends when the signal is aborted. */
export async function* paced<T>(
  records: AsyncIterable<T> | Iterable<T>,
  perSecond: number,
  signal: AbortSignal,
): AsyncGenerator<T> {
  const started = performance.now();
  let count = 0;
  for await (const record of records) {
    const wait = started + (count++ * 1000) / perSecond - performance.now();
    if (wait > 1) await delay(wait, undefined, { signal }).catch(() => undefined);
    if (signal.aborted) return;
    yield record;
  }
}
