import { expect } from "vitest";
import { isWhole, shareOf } from "../../support/share";
import { askAll } from "./ask";
import { agrees, describe, figuresOf, type Graded } from "./grade";
import { type Corpus, recorded } from "./statements";

/** Percentages: at most so many wrong and refused of what Trino answers, and answered of what it refuses. */
export interface Limits {
  readonly wrong: number;
  readonly letThrough: number;
  readonly refused: number;
}

/** What is not right, the worst first. */
export const failing = (asked: readonly Graded[]): string => {
  const verdicts = ["differs", "lenient", "same", "refuses", "both refuse"];
  const wrong = asked.filter((one) => !agrees(one));
  const sorted = wrong.toSorted((a, b) => verdicts.indexOf(a.verdict) - verdicts.indexOf(b.verdict));
  return sorted.slice(0, 40).map(describe).join("\n");
};

/** Of a share of the corpus the figures vary more. */
const wider = ({ wrong, letThrough, refused }: Limits): Limits => ({
  wrong: wrong + 1,
  letThrough: letThrough + 1.5,
  refused: refused + 2,
});

/** Asks a corpus and fails with sentence, expected and got of what is not right, where that is more than the limits allow. */
export const expectWithin = async (corpus: Corpus, whole: Limits): Promise<void> => {
  const limits = isWhole ? whole : wider(whole);
  const asked = await askAll(shareOf(recorded(corpus), 10));
  const figures = figuresOf(asked);
  const report = `${JSON.stringify(figures)}\n${failing(asked)}`;
  expect(figures.asked).toBeGreaterThan(isWhole ? 1_000 : 100);
  expect(figures.wrong, report).toBeLessThanOrEqual(limits.wrong);
  expect(figures.letThrough, report).toBeLessThanOrEqual(limits.letThrough);
  expect(figures.refused, report).toBeLessThanOrEqual(limits.refused);
  expect(figures.otherColumns, report).toBe(0);
  expect(figures.errorName, report).toBeGreaterThanOrEqual(95);
  expect(figures.errorPlace, report).toBeGreaterThanOrEqual(90);
  const faults = asked.filter(({ ours }) => "error" in ours && ours.error.name === "FAULT");
  expect(faults.map(describe)).toEqual([]);
};
