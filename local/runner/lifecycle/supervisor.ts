import { StackError } from "@streaming-data-lake/terraform/errors";

/**
 * Watches over the parts of a runner that can't be started again while it runs. The first that is lost ends the
 * runner, instead of leaving one that looks as if it were running.
 */
export class Supervisor {
  private readonly controller = new AbortController();
  private watching = true;

  /** Aborted when a part is lost; the reason is a StackError that says which and why. */
  get lost(): AbortSignal {
    return this.controller.signal;
  }

  /** @param sentence What is lost and why, such as "the embedded Kinesis has ended: out of memory". */
  report(sentence: string): void {
    if (this.watching) this.controller.abort(new StackError(sentence));
  }

  /** From here on, parts end on request. */
  stop(): void {
    this.watching = false;
  }
}
