import { it } from "vitest";
import { expectWithin } from "./limits";

/** Refused is JSON_TABLE, and what needs times finer than microseconds. */
it(
  "answers and refuses as a Trino server does what was asked of one later: habits of other dialects, SQL/JSON, times, windows, sets",
  { timeout: 300_000 },
  () => expectWithin("asked", { wrong: 0.3, letThrough: 1, refused: 2 }),
);
