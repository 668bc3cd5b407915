import { expect } from "vitest";
import { isWhole, shareOf } from "../../support/share";
import { askAll } from "./ask";
import { describe, figuresOf, isFault } from "./grade";
import { isArbitrary, isAsKnown } from "./known";
import { type Corpus, recorded } from "./statements";

/** Percentages: at most so many wrong and refused of what Trino answers, and answered of what it refuses. */
export interface Limits {
  readonly wrong: number;
  readonly letThrough: number;
  readonly refused: number;
}

/** Of a larger corpus `npm test` asks a share. */
const many = 1_000;

/**
 * Asks a corpus, or a share of it. Answers that are other than Trino's are exactly the known ones (`differences.json`), and
 * they are no more than the limits allow.
 */
export const expectWithin = async (corpus: Corpus, limits: Limits): Promise<void> => {
  const statements = recorded(corpus).filter((statement) => !isArbitrary(statement));
  const asked = await askAll(statements.length > many ? shareOf(statements, 10) : statements);
  expect(asked.length).toBeGreaterThan(isWhole && statements.length > many ? many : 100);
  expect(asked.filter((one) => isFault(one) || !isAsKnown(corpus, one)).map(describe)).toEqual([]);
  const figures = figuresOf(asked);
  expect(figures.otherColumns).toBe(0);
  expect(figures.errorName).toBeGreaterThanOrEqual(95);
  expect(figures.errorPlace).toBeGreaterThanOrEqual(90);
  if (asked.length < statements.length) return;
  expect(figures.wrong).toBeLessThanOrEqual(limits.wrong);
  expect(figures.letThrough).toBeLessThanOrEqual(limits.letThrough);
  expect(figures.refused).toBeLessThanOrEqual(limits.refused);
};
