import { TrinoError } from "../../types/errors";
import { internal } from "../errors";

/**
 * The special functions that the distributions use, with an error of about 1e-14.
 *
 * @see https://dlmf.nist.gov/8.17 and https://dlmf.nist.gov/8.9
 */
const lanczos = [
  0.9999999999998099, 676.5203681218851, -1259.1392167224028, 771.3234287776531, -176.6150291621406,
  12.507343278686905, -0.13857109526572012, 9.984369578019572e-6, 1.5056327351493116e-7,
];

/** The logarithm of the gamma function of a positive number. */
export function logGamma(x: number): number {
  if (x < 0.5) return Math.log(Math.PI / Math.sin(Math.PI * x)) - logGamma(1 - x);
  const shifted = x - 1;
  const base = shifted + 7.5;
  const sum = lanczos.reduce(
    (total, term, index) => (index === 0 ? term : total + term / (shifted + index)),
    0,
  );
  return 0.5 * Math.log(2 * Math.PI) + (shifted + 0.5) * Math.log(base) - base + Math.log(sum);
}

const tiny = 1e-300;
const epsilon = 1e-16;

/** What Stirling's formula lacks to the logarithm of the gamma function, of 10 or more. https://dlmf.nist.gov/5.11 */
function stirlingRest(x: number): number {
  const square = 1 / (x * x);
  const terms = [1 / 12, -1 / 360, 1 / 1260, -1 / 1680, 1 / 1188, -691 / 360_360, 1 / 156];
  return terms.reduceRight((sum, term) => sum * square + term, 0) / x;
}

/** The logarithm of the beta function. The logarithms of gamma functions of large numbers would cancel each other out. */
function logBeta(one: number, other: number): number {
  const [a, b] = one < other ? [one, other] : [other, one];
  if (b < 10) return logGamma(a) + logGamma(b) - logGamma(a + b);
  const rest = stirlingRest(b) - stirlingRest(a + b);
  if (a < 10) return logGamma(a) + rest + a - a * Math.log(a + b) - (b - 0.5) * Math.log1p(a / b);
  const logarithms = (0.5 - a) * Math.log1p(b / a) - b * Math.log1p(a / b) - 0.5 * Math.log(b);
  return 0.5 * Math.log(2 * Math.PI) + rest + stirlingRest(a) + logarithms;
}

/** Steps of the continued fraction: of parameters up to 10,000,000,000, it takes fewer. */
const mostSteps = 300_000;

/**
 * The regularized incomplete beta function, by its continued fraction.
 *
 * @throws TrinoError GENERIC_INTERNAL_ERROR for parameters whose products are not finite, as Trino does.
 */
export function betaRegularized(x: number, a: number, b: number): number {
  if (Number.isNaN(x + a + b)) return Number.NaN;
  if (x > (a + 1) / (a + b + 2)) return 1 - betaRegularized(1 - x, b, a);
  let c = 1;
  let d = 1 / guarded(1 - ((a + b) * x) / (a + 1));
  let result = d;
  for (let m = 1; ; m += 1) {
    if (m > mostSteps)
      throw new TrinoError(
        "NOT_SUPPORTED",
        `the beta function of parameters as large as ${a} and ${b} is not supported here`,
      );
    const even = (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m));
    d = 1 / guarded(1 + even * d);
    c = guarded(1 + even / c);
    result *= d * c;
    const odd = (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1));
    d = 1 / guarded(1 + odd * d);
    c = guarded(1 + odd / c);
    result *= d * c;
    if (Number.isNaN(result))
      throw internal(`illegal state: Continued fraction diverged to NaN for value ${x}`);
    if (Math.abs(d * c - 1) < epsilon) break;
  }
  return (Math.exp(a * Math.log(x) + b * Math.log1p(-x) - logBeta(a, b)) * result) / a;
}

const guarded = (value: number): number => (Math.abs(value) < tiny ? tiny : value);

/** The complementary error function. */
export function erfc(x: number): number {
  if (x < 0) return 2 - erfc(-x);
  if (x > 27) return 0;
  const square = x * x;
  if (x < 2) {
    let term = x;
    let sum = x;
    for (let n = 1; Math.abs(term) > epsilon * Math.abs(sum) && n < 500; n += 1) {
      term *= -square / n;
      sum += term / (2 * n + 1);
    }
    return 1 - (2 / Math.sqrt(Math.PI)) * sum;
  }
  let fraction = 0;
  for (let n = 120; n > 0; n -= 1) fraction = n / 2 / (x + fraction);
  return Math.exp(-square) / Math.sqrt(Math.PI) / (x + fraction);
}

/** The argument for which an increasing function has the target value, between two bounds. */
export function invert(fn: (x: number) => number, target: number, low: number, high: number): number {
  let [from, to] = [low, high];
  for (let step = 0; step < 2_000; step += 1) {
    const middle = from + (to - from) / 2;
    if (middle === from || middle === to) return middle;
    if (fn(middle) < target) from = middle;
    else to = middle;
  }
  return from;
}

/**
 * A root of a function between two bounds, by Brent's method with an absolute accuracy, in the same steps as Apache
 * Commons Math.
 *
 * @see https://commons.apache.org/proper/commons-math/javadocs/api-3.6.1/org/apache/commons/math3/analysis/solvers/BrentSolver.html
 */
export function brent(fn: (x: number) => number, low: number, high: number, accuracy: number): number {
  const middle = low + 0.5 * (high - low);
  const [atMiddle, atLow] = [fn(middle), fn(low)];
  if (Math.abs(atMiddle) <= 1e-15) return middle;
  if (Math.abs(atLow) <= 1e-15) return low;
  let [a, fa, b, fb] =
    atMiddle * atLow < 0 ? [low, atLow, middle, atMiddle] : [middle, atMiddle, high, fn(high)];
  let [c, fc] = [a, fa];
  let d = b - a;
  let e = d;
  for (;;) {
    if (Math.abs(fc) < Math.abs(fb)) {
      [a, b, c] = [b, c, b];
      [fa, fb, fc] = [fb, fc, fb];
    }
    const tolerance = 2 * 1e-14 * Math.abs(b) + accuracy;
    const half = 0.5 * (c - b);
    if (Math.abs(half) <= tolerance || fb === 0) return b;
    if (Math.abs(e) < tolerance || Math.abs(fa) <= Math.abs(fb)) {
      d = half;
      e = d;
    } else {
      let s = fb / fa;
      let p: number;
      let q: number;
      if (a === c) {
        p = 2 * half * s;
        q = 1 - s;
      } else {
        q = fa / fc;
        const r = fb / fc;
        p = s * (2 * half * q * (q - r) - (b - a) * (r - 1));
        q = (q - 1) * (r - 1) * (s - 1);
      }
      if (p > 0) q = -q;
      else p = -p;
      s = e;
      e = d;
      if (p >= 1.5 * half * q - Math.abs(tolerance * q) || p >= Math.abs(0.5 * s * q)) {
        d = half;
        e = d;
      } else d = p / q;
    }
    [a, fa] = [b, fb];
    if (Math.abs(d) > tolerance) b += d;
    else b += half > 0 ? tolerance : -tolerance;
    fb = fn(b);
    if ((fb > 0 && fc > 0) || (fb <= 0 && fc <= 0)) {
      [c, fc] = [a, fa];
      d = b - a;
      e = d;
    }
  }
}
