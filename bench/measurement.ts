/** One measured figure, as `npm run bench` prints it. */
export interface Measurement {
  readonly what: string;
  readonly value: number;
  readonly unit: string;
  /** The target, if there is one. */
  readonly target?: string;
  /** Whether the target was reached. */
  readonly reached?: boolean;
}

/** The median of the values, or the higher of the two in the middle. */
export function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[values.length >> 1] ?? Number.NaN;
}

/** A measurement whose target is a value of at most a limit. */
export const atMost = (what: string, value: number, limit: number, unit = "ms"): Measurement => ({
  what,
  value,
  unit,
  target: `<= ${limit}`,
  reached: value <= limit,
});
