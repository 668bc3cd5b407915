import { TrinoError } from "../../types/errors";
import { internal } from "../errors";

/**
 * The special functions that the distributions use. Trino has those of Apache Commons Math, so that the beta and gamma
 * functions are computed in the same steps here, for the same last digits.
 *
 * @see https://dlmf.nist.gov/8.17 and https://dlmf.nist.gov/5.7
 */

/** The Taylor series of 1 / gamma(1 + x) - 1, from the first power on. */
const reciprocal = [
  0.5772156649015329, -0.6558780715202539, -0.04200263503409524, 0.1665386113822915, -0.04219773455554434,
  -0.009621971527876973, 0.0072189432466631, -0.001165167591859065, -0.00021524167411495098,
  0.00012805028238811617, -2.013485478078824e-5, -1.25049348214267e-6, 1.1330272319817e-6,
  -2.0563384169776e-7, 6.11609510448e-9, 5.00200764447e-9, -1.18127457049e-9, 1.0434267117e-10,
  7.78226344e-12, -3.69680562e-12, 5.1003703e-13, -2.058326e-14, -5.34812e-15, 1.22678e-15, -1.1813e-16,
];

/** 1 / gamma(1 + x) - 1 for a number from -0.5 to 1.5. */
function inverseGamma1pm1(x: number): number {
  const t = x > 0.5 ? x - 1 : x;
  const series = reciprocal.reduceRight((sum, term) => sum * t + term, 0);
  return x > 0.5 ? (t / x) * (series - 1) : x * series;
}

/** The logarithm of gamma(1 + x) for a number from -0.5 to 1.5. */
const logGamma1p = (x: number): number => -Math.log1p(inverseGamma1pm1(x));

/** Lanczos's approximation of the gamma function with g = 607 / 128. */
const lanczos = [
  57.15623566586292, -59.59796035547549, 14.136097974741746, -0.4919138160976202, 3.399464998481189e-5,
  4.652362892704858e-5, -9.837447530487956e-5, 1.580887032249125e-4, -2.1026444172410488e-4,
  2.1743961811521265e-4, -1.643181065367639e-4, 8.441822398385275e-5, -2.6190838401581408e-5,
  3.6899182659531625e-6,
];
const lanczosShift = 607 / 128 + 0.5;

const halfLogTwoPi = 0.9189385332046727;

/** The logarithm of the gamma function of a positive number. */
export function logGamma(x: number): number {
  if (x < 0.5) return logGamma1p(x) - Math.log(x);
  if (x <= 2.5) return logGamma1p(x - 1);
  if (x > 8) {
    const sum =
      lanczos.reduceRight((total, term, index) => total + term / (x + index + 1), 0) + 0.9999999999999971;
    const shifted = x + lanczosShift;
    return (x + 0.5) * Math.log(shifted) - shifted + halfLogTwoPi + Math.log(sum / x);
  }
  let product = 1;
  let rest = x;
  while (rest > 2.5) product *= --rest;
  return logGamma1p(rest - 1) + Math.log(product);
}

/** The gamma function of a number from 0 to 20. */
function gamma(x: number): number {
  if (x < 1) return 1 / (x * (1 + inverseGamma1pm1(x)));
  let product = 1;
  let rest = x;
  while (rest > 2.5) product *= --rest;
  return product / (1 + inverseGamma1pm1(rest - 1));
}

const epsilon = 1e-16;

/** The difference between the logarithm of the gamma function and Stirling's formula, for an argument of at least 10. */
function stirlingError(x: number): number {
  const y = 1 / (x * x);
  const series = [1 / 12, -1 / 360, 1 / 1260, -1 / 1680, 1 / 1188, -691 / 360360, 1 / 156];
  return series.reduceRight((sum, term) => sum * y + term, 0) / x;
}

/** The logarithm of gamma(b) / gamma(a + b), for a from 0 to b and b of at least 10. */
function logGammaMinusSum(a: number, b: number): number {
  const error = stirlingError(b) - stirlingError(a + b);
  return minus(error, (b + (a - 0.5)) * Math.log1p(a / b), a * (Math.log(b) - 1));
}

/** A number without two others, of which the smaller one is subtracted first. */
const minus = (from: number, u: number, v: number): number => (u <= v ? from - u - v : from - v - u);

/** The logarithm of gamma(a + b) for numbers from 1 to 2. */
function logGammaSum(a: number, b: number): number {
  const x = a - 1 + (b - 1);
  if (x <= 0.5) return logGamma1p(1 + x);
  if (x <= 1.5) return logGamma1p(x) + Math.log1p(x);
  return logGamma1p(x - 1) + Math.log(x * (1 + x));
}

/** The logarithm of the beta function. Large arguments do not cancel each other out. */
function logBeta(p: number, q: number): number {
  const [a, b] = [Math.min(p, q), Math.max(p, q)];
  if (a >= 10) {
    const ratio = a / b;
    const error = stirlingError(a) + (stirlingError(b) - stirlingError(a + b));
    const from = -0.5 * Math.log(b) + halfLogTwoPi + error;
    return minus(from, -(a - 0.5) * Math.log(ratio / (1 + ratio)), b * Math.log1p(ratio));
  }
  if (a < 1)
    return b >= 10 ? logGamma(a) + logGammaMinusSum(a, b) : Math.log((gamma(a) * gamma(b)) / gamma(a + b));
  if (b <= 2) return logGamma(a) + logGamma(b) - logGammaSum(a, b);
  // The arguments are lowered to 2 at most by the recurrence of the beta function.
  let [first, second] = [1, 1];
  let [c, d] = [a, b];
  if (a > 2 && b > 1_000) {
    const steps = Math.floor(a - 1);
    for (let step = 0; step < steps; step++) first *= --c / (1 + c / b);
    return Math.log(first) - steps * Math.log(b) + (logGamma(c) + logGammaMinusSum(c, b));
  }
  for (; c > 2; first *= c / b / (1 + c / b)) c -= 1;
  if (b >= 10) return Math.log(first) + logGamma(c) + logGammaMinusSum(c, b);
  for (; d > 2; second *= d / (c + d)) d -= 1;
  return Math.log(first) + Math.log(second) + (logGamma(c) + (logGamma(d) - logGammaSum(c, d)));
}

/**
 * The regularized incomplete beta function, by its continued fraction, with the accuracy of Apache Commons Math.
 *
 * @throws TrinoError GENERIC_INTERNAL_ERROR, as Trino, for parameters so large that it is not a number, and
 * NOT_SUPPORTED for others that would take many seconds.
 * @see https://commons.apache.org/proper/commons-math/javadocs/api-3.6.1/org/apache/commons/math3/special/Beta.html
 */
export function betaRegularized(x: number, a: number, b: number): number {
  const sum = a + b + 2;
  if (x > (a + 1) / sum && 1 - x <= (b + 1) / sum) return 1 - betaRegularized(1 - x, b, a);
  const front = Math.exp(a * Math.log(x) + b * Math.log1p(-x) - Math.log(a) - logBeta(a, b));
  const fraction = continuedFraction(x, (n) => {
    const m = Math.floor(n / 2);
    return n % 2 === 0
      ? (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m))
      : (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1));
  });
  return front / fraction;
}

/** The most steps that a continued fraction takes here, which is some milliseconds. */
const mostSteps = 1_000_000;

/** The value of 1 + b(1) / (1 + b(2) / (1 + ...)), by the modified method of Lentz. */
function continuedFraction(x: number, b: (n: number) => number): number {
  let [value, c, d] = [1, 1, 0];
  for (let n = 1; n < mostSteps; n += 1) {
    const term = b(n);
    d = 1 / guarded(1 + term * d);
    c = guarded(1 + term / c);
    const factor = c * d;
    value *= factor;
    if (Number.isNaN(value))
      throw internal(`illegal state: Continued fraction diverged to NaN for value ${x}`);
    if (Math.abs(factor - 1) < 1e-14) return value;
  }
  throw new TrinoError(
    "NOT_SUPPORTED",
    "beta distributions with parameters that large are not supported here",
  );
}

const guarded = (value: number): number => (Math.abs(value) <= 1e-50 ? 1e-50 : value);

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

/** Brent's method ends after some dozen evaluations, except for a function that is not a number somewhere. */
const mostEvaluations = 1_000;

/**
 * A root of a function between two bounds, by Brent's method with an absolute accuracy, in the same steps as Apache
 * Commons Math.
 *
 * @throws TrinoError GENERIC_INTERNAL_ERROR, as Trino, when the function has the same sign at both bounds.
 * @see https://commons.apache.org/proper/commons-math/javadocs/api-3.6.1/org/apache/commons/math3/analysis/solvers/BrentSolver.html
 */
export function brent(fn: (x: number) => number, low: number, high: number, accuracy: number): number {
  const middle = low + 0.5 * (high - low);
  const [atMiddle, atLow] = [fn(middle), fn(low)];
  if (Math.abs(atMiddle) <= 1e-15) return middle;
  if (Math.abs(atLow) <= 1e-15) return low;
  let [a, fa, b, fb] = [low, atLow, middle, atMiddle];
  // Not a number counts as the same sign.
  if (!(atMiddle * atLow < 0)) {
    const atHigh = fn(high);
    if (Math.abs(atHigh) <= 1e-15) return high;
    if (!(atMiddle * atHigh < 0))
      throw internal(
        `function values at endpoints do not have different signs, endpoints: [${low}, ${high}], values: [${atLow}, ${atHigh}]`,
      );
    [a, fa, b, fb] = [middle, atMiddle, high, atHigh];
  }
  let [c, fc] = [a, fa];
  let d = b - a;
  let e = d;
  for (let step = 0; step < mostEvaluations; step++) {
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
  throw internal("illegal state: maximal count exceeded: evaluations");
}
