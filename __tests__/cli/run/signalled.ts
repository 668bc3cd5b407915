import { stopSignals } from "../../../cli/stop-signals";

/**
 * Says which signals it has got, and is deaf for a while after it has said "busy": all that it gets in that time is
 * handled at once.
 */
const { first, second } = stopSignals(() => {});
first.addEventListener("abort", () => console.log("first"));
second.addEventListener("abort", () => {
  console.log("second");
  process.exit(1);
});
const busy = Number(process.env.BUSY);
setTimeout(() => {
  console.log("busy");
  for (const end = Date.now() + busy; Date.now() < end; );
  console.log("idle");
}, 100);
setTimeout(() => process.exit(0), busy + 2_500);
