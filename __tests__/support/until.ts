import { setImmediate as turn } from "node:timers/promises";

/** Waits without a timer, so that a test's clock may stand still. @throws Error when it does not come to that in 10 s. */
export async function until(isSo: () => boolean): Promise<void> {
  const end = performance.now() + 10_000;
  while (!isSo()) {
    if (performance.now() > end) throw new Error(`it did not come to ${isSo}`);
    await turn();
  }
}
