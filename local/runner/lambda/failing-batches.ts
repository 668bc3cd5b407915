import type { InvocationOutcome } from "./process/worker";

/** Reports that batches of a function keep failing, and when that is over. Several at a time are reported once. */
export class FailingBatches {
  private readonly failing = new Set<object>();

  constructor(
    private readonly what: string,
    private readonly tell: (message: string) => void,
  ) {}

  /** @param batch Identifies the batch, also after a split. */
  add(batch: object, outcome: InvocationOutcome): void {
    if (this.failing.size === 0)
      this.tell(`${this.what} fails again and again: ${reasonOf(outcome)}; trying again`);
    this.failing.add(batch);
  }

  /** Called for a batch that has succeeded or was discarded. */
  remove(batch: object): void {
    if (this.failing.delete(batch) && this.failing.size === 0)
      this.tell(`${this.what} fails again and again: that is over, it goes on`);
  }
}

function reasonOf(outcome: InvocationOutcome): string {
  if (!("error" in outcome)) return "its response names records that have failed";
  const { errorType, errorMessage } = outcome.error;
  return `${errorType}: ${errorMessage.split("\n")[0]}`;
}
