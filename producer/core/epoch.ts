/** The records that were taken between two flushes. */
export class Epoch {
  /** Resolves when the epoch is closed and all of its records have been acknowledged or given up. */
  readonly done: Promise<void>;
  #pending = 0;
  #closed = false;
  #finish: () => void = () => undefined;

  constructor() {
    this.done = new Promise((resolve) => {
      this.#finish = resolve;
    });
  }

  enter(): void {
    this.#pending++;
  }

  leave(): void {
    this.#pending--;
    if (this.#closed && this.#pending === 0) this.#finish();
  }

  close(): void {
    this.#closed = true;
    if (this.#pending === 0) this.#finish();
  }
}
