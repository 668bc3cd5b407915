// A runner in a process of its own: starts, tells its endpoint or why it could not, and drains and writes its buffers
// when it is told to finish.

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
  | { readonly finished: readonly string[] };

const tell = (message: RunnerMessage) => process.send?.(message);

async function main({ stack, dir, kinesisEndpoint, faults }: RunnerSettings): Promise<void> {
  if (faults) injectFaults(faults);
  const onTrouble = (trouble: string) => tell({ trouble });
  const runner = await startRunner({ stack: loadStack(stack), dir, kinesisEndpoint, onTrouble });
  tell({ endpoint: runner.endpoint });
  process.once("message", async () => {
    await runner.drain();
    await runner.flush();
    const finished = findDiscrepancies(runner.counters);
    await runner.close();
    process.send?.({ finished } satisfies RunnerMessage, () => process.exit(0));
  });
}

main(JSON.parse(process.argv[2] ?? "{}")).catch((error: Error) => {
  // One line is what a user gets; anything else is a fault of the runner's.
  const refused = error.name === "StackError" ? error.message : `not for a user: ${error.stack}`;
  process.send?.({ refused } satisfies RunnerMessage, () => process.exit(1));
});
