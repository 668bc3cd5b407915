import { check } from "../errors";
import { type Family, plain } from "../implementation";
import { betaRegularized, brent, erfc, invert, logGamma } from "./special";

/** https://trino.io/docs/current/functions/math.html#probability-functions-cdf */
const normalCdf = (mean: number, deviation: number, value: number): number =>
  0.5 * erfc((mean - value) / (deviation * Math.SQRT2));

/** Far below the mean the sum of 1 and the error function is 0, as in Trino, where normalCdf has a tiny number. */
const roundedNormalCdf = (mean: number, deviation: number, value: number): number => {
  const x = (value - mean) / (deviation * Math.SQRT2);
  return 0.5 * (1 + (x < 0 ? erfc(-x) - 1 : 1 - erfc(x)));
};

function studentCdf(x: number, freedom: number): number {
  if (Number.isNaN(x) || freedom === Number.POSITIVE_INFINITY) return Number.NaN;
  const tail = 0.5 * betaRegularized(freedom / (freedom + x * x), freedom / 2, 0.5);
  return x < 0 ? tail : 1 - tail;
}

const betaCdf = (x: number, a: number, b: number): number =>
  x === 0 || x === 1 ? x : betaRegularized(x, a, b);

const checkFreedom = (freedom: number): void =>
  check(!(freedom < 1), "degrees of freedom must be greater than or equal to 1");

function wilson(sign: 1 | -1): (successes: bigint, trials: bigint, z: number) => number {
  return (successes, trials, z) => {
    check(successes >= 0n, "number of successes must not be negative");
    check(trials > 0n, "number of trials must be positive");
    check(successes <= trials, "number of successes must not be larger than number of trials");
    check(z >= 0, "z-score must not be negative");
    const n = Number(trials);
    const p = Number(successes) / n;
    const squared = z * z;
    const center = p + squared / (2 * n);
    const margin = z * Math.sqrt((p * (1 - p)) / n + squared / (4 * n * n));
    return (center + sign * margin) / (1 + squared / n);
  };
}

export const probability: Family = {
  beta_cdf: plain((a: number, b: number, value: number) => {
    check(a > 0 && b > 0, a > 0 ? "beta must be > 0" : "alpha must be > 0");
    check(value >= 0 && value <= 1, "value must be in the interval [0, 1]");
    return betaCdf(value, a, b);
  }),
  inverse_beta_cdf: plain((a: number, b: number, p: number) => {
    check(p >= 0 && p <= 1, "p must be in the interval [0, 1]");
    check(a > 0 && b > 0, "a, b must be > 0");
    if (p === 0 || p === 1) return p;
    return brent((x) => betaCdf(x, a, b) - p, 0, 1, 1e-9);
  }),
  inverse_normal_cdf: plain((mean: number, deviation: number, p: number) => {
    check(p > 0 && p < 1, "p must be 0 > p > 1");
    check(deviation > 0, "sd must be > 0");
    return mean + deviation * invert((x) => normalCdf(0, 1, x), p, -40, 40);
  }),
  normal_cdf: plain((mean: number, deviation: number, value: number) => {
    check(deviation > 0, "standardDeviation must be > 0");
    return roundedNormalCdf(mean, deviation, value);
  }),
  t_cdf: plain((x: number, freedom: number) => {
    checkFreedom(freedom);
    return Number.isNaN(freedom) ? freedom : studentCdf(x, freedom);
  }),
  t_pdf: plain((x: number, freedom: number) => {
    checkFreedom(freedom);
    return Math.exp(
      logGamma((freedom + 1) / 2) -
        0.5 * (Math.log(Math.PI) + Math.log(freedom)) -
        logGamma(freedom / 2) -
        ((freedom + 1) / 2) * Math.log(1 + (x * x) / freedom),
    );
  }),
  wilson_interval_lower: plain(wilson(-1)),
  wilson_interval_upper: plain(wilson(1)),
};
