import { expect } from "vitest";
import { isWhole, shareOf } from "../../support/share";
import { askAll } from "./ask";
import { describe, figuresOf } from "./grade";
import { isArbitrary, isAsKnown } from "./known";
import { type Corpus, recorded } from "./statements";

/** Percentages: at most so many wrong and refused of what Trino answers, and answered of what it refuses. */
export interface Limits {
  readonly wrong: number;
  readonly letThrough: number;
  readonly refused: number;
}

/**
 * Asks a corpus, or a share of it. Answers that are other than Trino's are exactly the known ones (`differences.json`), and
 * they are no more than the limits allow.
 */
export const expectWithin = async (corpus: Corpus, limits: Limits): Promise<void> => {
  const statements = recorded(corpus).filter((statement) => !isArbitrary(statement));
  const asked = await askAll(shareOf(statements, 10));
  expect(asked.filter((one) => !isAsKnown(corpus, one)).map(describe)).toEqual([]);
  if (!isWhole) return;
  const { wrong, letThrough, refused } = figuresOf(asked);
  expect(wrong).toBeLessThanOrEqual(limits.wrong);
  expect(letThrough).toBeLessThanOrEqual(limits.letThrough);
  expect(refused).toBeLessThanOrEqual(limits.refused);
};
