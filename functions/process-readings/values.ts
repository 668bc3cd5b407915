/** Most values that an embedded metric can hold. */
const maximumValues = 100;

/** A distribution of values, each with the number of times that it occurs. */
export interface Distribution {
  readonly Values: readonly number[];
  readonly Counts: readonly number[];
  readonly Max: number;
  readonly Min: number;
  readonly Sum: number;
  readonly Count: number;
}

/**
 * The values of a metric in a form that CloudWatch accepts. Up to 100 values stay as they are. More become a
 * distribution of 100, because 10,000 readings would otherwise take 100 log lines.
 *
 * Minimum, maximum, sum and count stay exact. A percentile is off by at most about one rank in a hundred, because each
 * value between the extremes is the mean of its neighbours in rank.
 */
export function statisticsOf(values: readonly number[]): readonly number[] | Distribution {
  if (values.length <= maximumValues) return values;
  const sorted = Float64Array.from(values).sort();
  const inner = sorted.subarray(1, -1);
  const groups = maximumValues - 2;
  const means: number[] = [];
  const counts: number[] = [];
  for (let group = 0; group < groups; group++) {
    const members = inner.subarray(
      Math.floor((group * inner.length) / groups),
      Math.floor(((group + 1) * inner.length) / groups),
    );
    means.push(sumOf(members) / members.length);
    counts.push(members.length);
  }
  const [min = 0, max = 0] = [sorted.at(0), sorted.at(-1)];
  return {
    Values: [min, ...means, max],
    Counts: [1, ...counts, 1],
    Max: max,
    Min: min,
    Sum: sumOf(sorted),
    Count: sorted.length,
  };
}

function sumOf(values: Float64Array): number {
  let sum = 0;
  for (const value of values) sum += value;
  return sum;
}
