import { stopSignals } from "../../../cli/stop-signals";

/**
 * Says which signals it has got, and is deaf for a while after it has said "busy": all that it gets in that time is
 * handled at once. It does not use up a core meanwhile: a process that waits for its turn would get the terminal's
 * signal and npm's as one.
 */
process.on("SIGINT", () => console.log("signal"));
const { first, second } = stopSignals(() => {});
first.addEventListener("abort", () => console.log("first"));
second.addEventListener("abort", () => {
  console.log("second");
  process.exit(1);
});
setTimeout(() => {
  console.log("busy");
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, Number(process.env.BUSY));
  console.log("idle");
}, 100);
// A test that has failed leaves nothing behind.
setTimeout(() => process.exit(0), 30_000);
