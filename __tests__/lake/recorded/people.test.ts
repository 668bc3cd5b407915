import { it } from "vitest";
import { expectWithin } from "./limits";

/**
 * The goal is 0.3 / 1 / 2, and it is met. What is refused are geometries, nanoseconds, digests and row patterns, by their
 * names.
 */
it(
  "answers and refuses what people write as a Trino server does, but for the known differences",
  { timeout: 300_000 },
  () => expectWithin("people", { wrong: 0.3, letThrough: 1, refused: 2 }),
);
