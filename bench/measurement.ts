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

const compared =
  (sign: string, reaches: (value: number, limit: number) => boolean) =>
  (what: string, value: number, unit: string, limit: number): Measurement => ({
    what,
    value,
    unit,
    target: `${sign} ${limit.toLocaleString("en-US")}`,
    reached: reaches(value, limit),
  });

/** Measurements whose target is a limit: a value below it, of at most or of at least as much. */
export const below = compared("<", (value, limit) => value < limit);
export const atMost = compared("<=", (value, limit) => value <= limit);
export const atLeast = compared(">=", (value, limit) => value >= limit);
