import { StackError } from "@streaming-data-lake/terraform/errors";

/**
 * Watches the parts of a runner that can't be restarted while it runs. When the first of them is lost, it ends the
 * runner, which would otherwise only look as if it were running.
 */
export class Supervisor {
  private readonly controller = new AbortController();
  private watching = true;

  /** Aborted when a part is lost; the reason is a StackError that says which and why. */
  get lost(): AbortSignal {
    return this.controller.signal;
  }

  /** @param sentence Which part was lost and why, such as "the embedded Kinesis has ended: out of memory". */
  report(sentence: string): void {
    if (this.watching) this.controller.abort(new StackError(sentence));
  }

  /** From here on, parts end because they are told to. */
  stop(): void {
    this.watching = false;
  }
}
