/** One measured figure, as `npm run bench` prints it. */
export interface Measurement {
  readonly what: string;
  readonly value: number;
  readonly unit: string;
  /** What must be reached, if anything. */
  readonly target?: string;
  /** False when the target was missed. */
  readonly reached?: boolean;
}

/** The middle of the values, the higher one of two. */
export function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[values.length >> 1] ?? Number.NaN;
}

/** A figure that is to be no higher than its limit. */
export const atMost = (what: string, value: number, limit: number, unit = "ms"): Measurement => ({
  what,
  value,
  unit,
  target: `<= ${limit}`,
  reached: value <= limit,
});
