import type { Outcome } from "./process/worker";

/** Tells when a function's batches are retried to no end, and when that is over: once, however many fail at a time. */
export class FailingBatches {
  private readonly failing = new Set<object>();

  constructor(
    private readonly what: string,
    private readonly tell: (message: string) => void,
  ) {}

  /** @param batch Stands for the batch, also when it was split. */
  add(batch: object, outcome: Outcome): void {
    if (this.failing.size === 0)
      this.tell(`${this.what} fails again and again: ${reasonOf(outcome)}; trying again`);
    this.failing.add(batch);
  }

  /** A batch has succeeded, or was given up. */
  remove(batch: object): void {
    if (this.failing.delete(batch) && this.failing.size === 0)
      this.tell(`${this.what} fails again and again: that is over, it goes on`);
  }
}

function reasonOf(outcome: Outcome): string {
  if (!("error" in outcome)) return "its response names records that have failed";
  const { errorType, errorMessage } = outcome.error;
  return `${errorType}: ${errorMessage.split("\n")[0]}`;
}
