import { expect, it } from "vitest";
import { runRound } from "./round";

it("a round of chaos loses no acknowledged record", async () => {
  const steps: string[] = [];
  const seed = 7;
  const { acknowledged, problems } = await runRound({ seed, lives: 1, onStep: (line) => steps.push(line) });
  expect({ problems, steps }).toEqual({ problems: [], steps });
  expect(acknowledged).toBeGreaterThan(0);
}, 240_000);
