// A runner in a process of its own: starts, tells its endpoint or why it could not, and drains and writes its buffers
// when it is told to finish. One that has lost a part tells which, and ends.

import { findDiscrepancies } from "../../local/runner/reconciliation";
import { startRunner } from "../../local/runner/runner";
import { loadStack } from "../../terraform/index";
import { type FaultPlan, injectFaults } from "./faults";

export interface RunnerSettings {
  readonly stack: string;
  readonly dir: string;
  readonly kinesisEndpoint?: string;
  readonly faults?: FaultPlan;
}

export type RunnerMessage =
  | { readonly endpoint: string }
  | { readonly refused: string }
  | { readonly trouble: string }
  | { readonly lost: string }
  | { readonly finished: readonly string[] };

/** Resolves when it is on its way. */
const tell = (message: RunnerMessage) =>
  new Promise<void>((resolve) => process.send?.(message, () => resolve()) ?? resolve());

async function main({ stack, dir, kinesisEndpoint, faults }: RunnerSettings): Promise<void> {
  if (faults?.atStart) injectFaults(faults);
  const onTrouble = (trouble: string) => void tell({ trouble });
  const runner = await startRunner({ stack: loadStack(stack), dir, kinesisEndpoint, onTrouble });
  if (faults && !faults.atStart) injectFaults(faults);
  const end = async (message: RunnerMessage) => {
    await runner.close().catch(() => {});
    await tell(message);
    process.exit(0);
  };
  runner.lost.addEventListener("abort", () => end({ lost: runner.lost.reason.message }), { once: true });
  process.once("message", async () => {
    try {
      await runner.drain();
      await runner.flush();
    } catch (error) {
      if (runner.lost.aborted) return;
      throw error;
    }
    await end({ finished: findDiscrepancies(runner.counters) });
  });
  await tell({ endpoint: runner.endpoint });
}

main(JSON.parse(process.argv[2] ?? "{}")).catch(async (error: Error) => {
  // One line is what a user gets; anything else is a fault of the runner's.
  await tell({ refused: error.name === "StackError" ? error.message : `not for a user: ${error.stack}` });
  process.exit(1);
});
