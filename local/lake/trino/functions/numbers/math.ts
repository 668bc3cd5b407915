import { named } from "../../../quote";
import { duckdbTypeText } from "../../types/duckdb";
import { isLong } from "../../types/longs";
import { isIntegral, type Type } from "../../types/types";
import { check, divisionByZero, internal } from "../errors";
import { type EmittedCall, type Family, javascript, mixed, native, plain, same } from "../implementation";

/** https://trino.io/docs/current/functions/math.html */
const degree = 180 / Math.PI;

/** The remainder, which has the sign of the dividend. */
function remainder({ types }: EmittedCall): (a: never, b: never) => unknown {
  const [left, right] = types;
  const scaleOf = (type: Type | undefined): number => (type?.kind === "decimal" ? type.scale : 0);
  if (left?.kind === "double") return (a: number, b: number) => a % b;
  if (left?.kind === "real") return (a: number, b: number) => Math.fround(a % b);
  if (left && isIntegral(left) && left.kind !== "bigint")
    return (a: number, b: number) => {
      if (b === 0) throw internal("/ by zero");
      return (a % b) + 0;
    };
  const scale = Math.max(scaleOf(left), scaleOf(right));
  const factorA = 10n ** BigInt(scale - scaleOf(left));
  const factorB = 10n ** BigInt(scale - scaleOf(right));
  return (a: bigint, b: bigint) => {
    if (b === 0n) throw left?.kind === "bigint" ? internal("/ by zero") : divisionByZero();
    return (a * factorA) % (b * factorB);
  };
}

function widthBucket(operand: number, first: number, second: number, buckets: bigint): bigint {
  check(buckets > 0n, "bucketCount must be greater than 0");
  check(!Number.isNaN(operand), "operand must not be NaN");
  check(Number.isFinite(first), "first bound must be finite");
  check(Number.isFinite(second), "second bound must be finite");
  check(first !== second, "bounds cannot equal each other");
  const lower = Math.min(first, second);
  const upper = Math.max(first, second);
  let result: bigint;
  if (operand < lower) result = 0n;
  else if (operand >= upper) result = buckets + 1n;
  else result = BigInt(Math.trunc((Number(buckets) * (operand - lower)) / (upper - lower) + 1));
  return first > second ? buckets - result + 1n : result;
}

function widthBucketOf(operand: number, bins: readonly (number | null)[]): bigint {
  check(bins.length > 0, "Bins cannot be an empty array");
  check(!Number.isNaN(operand), "Operand cannot be NaN");
  let lower = 0;
  let upper = bins.length;
  while (lower < upper) {
    const first = bins[lower] ?? 0;
    const last = bins[upper - 1] ?? 0;
    check(!(first > last), "Bin values are not sorted in ascending order");
    const middle = Math.floor((lower + upper) / 2);
    const bin = bins[middle] ?? 0;
    check(Number.isFinite(bin), `Bin value must be finite, got ${bin}`);
    if (operand < bin) upper = middle;
    else lower = middle + 1;
  }
  return BigInt(lower);
}

const earthRadius = 6371.01;

/** Distance of two places on a sphere, by Vincenty's formula. Kilometers. */
function greatCircle(latitude1: number, longitude1: number, latitude2: number, longitude2: number): number {
  for (const latitude of [latitude1, latitude2])
    check(latitude >= -90 && latitude <= 90, "Latitude must be between -90 and 90");
  for (const longitude of [longitude1, longitude2])
    check(longitude >= -180 && longitude <= 180, "Longitude must be between -180 and 180");
  const [a, b] = [latitude1 / degree, latitude2 / degree];
  const delta = (longitude1 - longitude2) / degree;
  const t1 = Math.cos(b) * Math.sin(delta);
  const t2 = Math.cos(a) * Math.sin(b) - Math.sin(a) * Math.cos(b) * Math.cos(delta);
  const t3 = Math.sin(a) * Math.sin(b) + Math.cos(a) * Math.cos(b) * Math.cos(delta);
  return Math.atan2(Math.hypot(t1, t2), t3) * earthRadius;
}

const digitsOf = "0123456789abcdefghijklmnopqrstuvwxyz";

function fromBase(text: string, radix: bigint): bigint {
  check(radix >= 2n && radix <= 36n, "Radix must be between 2 and 36");
  const refused = `Not a valid base-${radix} number: ${text}`;
  const body = text.replace(/^[+-]/, "");
  check(body !== "", refused);
  let value = 0n;
  for (const digit of body.toLowerCase()) {
    const at = digitsOf.indexOf(digit);
    check(at >= 0 && BigInt(at) < radix, refused);
    value = value * radix + BigInt(at);
  }
  if (text.startsWith("-")) value = -value;
  check(isLong(value), refused);
  return value;
}

const ofNumber = (fn: (x: number) => number) => plain(fn);

const notANumber = "CAST('nan' AS DOUBLE)";

/**
 * A function of numbers that DuckDB computes, with the same last digits as Java far more often than JavaScript has them.
 *
 * @param write SQL of the result. The arguments are computed once, however often it names them.
 */
const ofDoubles = (write: (...arguments_: string[]) => string) =>
  native(({ args, context }) => {
    const own = context.variable();
    const given = args.map((arg, index) => `'n${index}': ${arg}`).join(", ");
    const names = args.map((_, index) => `${own}.n${index}`);
    return named(own, `{${given}}`, write(...names));
  });

/** DuckDB refuses infinite angles. */
const ofAngle = (name: string) =>
  ofDoubles(
    (x) => `CASE WHEN isfinite(${x}) THEN ${name}(${x}) WHEN ${x} IS NOT NULL THEN ${notANumber} END`,
  );

/** The natural logarithm, which DuckDB refuses of 0 and less. */
const logarithm = (x: string) =>
  `CASE WHEN ${x} > 0 THEN ln(${x}) WHEN ${x} = 0 THEN CAST('-infinity' AS DOUBLE) WHEN ${x} < 0 THEN ${notANumber} END`;

/** C has 1 for 1 to the power of NaN, and for 1 and -1 to an infinite power. Java has NaN. */
const power = ofDoubles(
  (base, exponent) =>
    `CASE WHEN abs(${base}) = 1 AND NOT isfinite(${exponent}) THEN ${notANumber} ELSE pow(${base}, ${exponent}) END`,
);

export const math: Family = {
  abs: same("abs"),
  acos: ofNumber(Math.acos),
  asin: ofNumber(Math.asin),
  atan: ofNumber(Math.atan),
  atan2: plain(Math.atan2),
  cbrt: ofNumber(Math.cbrt),
  cos: ofAngle("cos"),
  cosh: ofNumber(Math.cosh),
  degrees: ofNumber((x) => x * degree),
  e: native(() => `CAST(${Math.E} AS DOUBLE)`),
  exp: same("exp"),
  from_base: plain(fromBase),
  great_circle_distance: plain(greatCircle),
  infinity: native(() => "CAST('infinity' AS DOUBLE)"),
  is_finite: same("isfinite"),
  is_infinite: same("isinf"),
  is_nan: same("isnan"),
  ln: ofDoubles(logarithm),
  log: ofDoubles((base, x) => `(${logarithm(x)}) / (${logarithm(base)})`),
  log10: ofNumber(Math.log10),
  log2: ofDoubles((x) => `(${logarithm(x)}) / CAST(${Math.LN2} AS DOUBLE)`),
  mod: javascript(remainder),
  nan: native(() => "CAST('nan' AS DOUBLE)"),
  pi: native(() => "pi()"),
  pow: power,
  power,
  radians: ofNumber((x) => x * (Math.PI / 180)),
  sign: mixed((call) => {
    const [x = ""] = call.args;
    const [type] = call.types;
    if (type?.kind === "double" || type?.kind === "real") return ofNumber(Math.sign).emit(call);
    return `CAST(sign(${x}) AS ${duckdbTypeText(call.returns)})`;
  }),
  sin: ofAngle("sin"),
  sinh: ofNumber(Math.sinh),
  sqrt: ofNumber(Math.sqrt),
  tan: ofAngle("tan"),
  tanh: ofNumber(Math.tanh),
  to_base: plain((value: bigint, radix: bigint) => {
    check(radix >= 2n && radix <= 36n, "Radix must be between 2 and 36");
    return value.toString(Number(radix));
  }),
  width_bucket: javascript(({ types }) => (types.length === 2 ? widthBucketOf : widthBucket)),
};
