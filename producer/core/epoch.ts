/** The records taken between two flushes. */
export class Epoch {
  /** Resolves when the epoch is closed and each of its records has been answered for. */
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
