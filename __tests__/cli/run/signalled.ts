import { stopSignals } from "../../../cli/stop-signals";

/**
 * Says which signals it has got, and is deaf for a while after it has said "busy": all that it gets in that time is
 * handled at once.
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
  for (const end = Date.now() + Number(process.env.BUSY); Date.now() < end; );
  console.log("idle");
}, 100);
// A test that has failed leaves nothing behind.
setTimeout(() => process.exit(0), 30_000);
