import { it } from "vitest";
import { expectWithin } from "./limits";

it("answers and refuses as a Trino server does what no other statement would notice a change by", () =>
  expectWithin("corners", { wrong: 0, letThrough: 0, refused: 0 }));
