import { randomNumbers } from "../producer/support/random";

/** Decisions that are the same for the same seed. */
export class Random {
  /** From 0 to below 1. */
  readonly next: () => number;

  constructor(seed: number) {
    this.next = randomNumbers(seed);
    // Neighbouring seeds begin alike.
    for (let skipped = 0; skipped < 10; skipped++) this.next();
  }

  /** A whole number from low to high. */
  between(low: number, high: number): number {
    return low + Math.floor(this.next() * (high - low + 1));
  }

  chance(probability: number): boolean {
    return this.next() < probability;
  }

  pick<T>(items: readonly [T, ...T[]]): T {
    return items[Math.floor(this.next() * items.length)] ?? items[0];
  }

  /** A seed for another generator. */
  seed(): number {
    return this.between(0, 2 ** 31 - 1);
  }
}
