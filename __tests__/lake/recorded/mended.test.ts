import { expect, it } from "vitest";
import { askAll } from "./ask";
import { failing } from "./limits";
import { recorded } from "./statements";

it("answers and refuses exactly as a Trino server does what once was another answer here", async () => {
  expect(failing(await askAll(recorded("mended")))).toBe("");
});
