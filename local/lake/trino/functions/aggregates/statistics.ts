import { failure } from "../../emit/failure";
import { duckdbTypeText } from "../../types/duckdb";
import { arrayOf, bigint, double } from "../../types/types";
import { type EmittedCall, type Family, type Implementation, invoke, mixed, native } from "../implementation";
import { aggregate, castAggregate, where, withoutNulls } from "./clauses";

/** An aggregate that DuckDB has for doubles only. */
const ofDoubles = (name: string): Implementation =>
  native((call) =>
    castAggregate(name).emit({ ...call, args: call.args.map((sql) => `CAST(${sql} AS DOUBLE)`) }),
  );

/**
 * A statistic of numbers that are not too large. Of numbers whose squares are not finite, Trino's results depend on how
 * it has distributed the rows: zero, infinity or NaN. DuckDB fails for them.
 *
 * @param size The absolute value of a row's number, or of its largest one.
 * @param scaled A product, or a sum of products, that is finite for numbers up to the limit.
 */
function limited(
  call: EmittedCall,
  size: string,
  scaled: string,
  limit: string,
  result: { readonly finite: string; readonly other: string },
): string {
  const { name, clauses, returns } = call;
  const large = aggregate("max", [size], where(clauses, `NOT isfinite(${scaled})`));
  const type = duckdbTypeText(returns);
  const tooLarge = failure(
    type,
    "NOT_SUPPORTED",
    `${name} of numbers beyond ${limit} is not supported here: the result depends on how rows are distributed`,
  );
  return `CASE WHEN ${large} IS NULL THEN ${result.finite} WHEN isfinite(${large}) THEN ${tooLarge} ELSE CAST(${result.other} AS ${type}) END`;
}

/** Trino's variance is NaN when one of enough numbers is not finite. */
const variance = (name: string, least: number): Implementation =>
  native((call) => {
    const {
      args: [x = ""],
      clauses,
      types: [type],
    } = call;
    if (type?.kind !== "double") return ofDoubles(name).emit(call);
    const scaled = `${x} * CAST('1e158' AS DOUBLE)`;
    const finite = aggregate(name, [`CASE WHEN isfinite(${scaled}) THEN ${x} END`], clauses);
    const count = aggregate("count", [x], clauses);
    const other = `CASE WHEN ${count} >= ${least} THEN 'nan' END`;
    return limited(call, `abs(${x})`, scaled, "1e150", { finite, other });
  });

/**
 * A statistic of pairs of numbers, which is NaN when one of enough numbers is not finite.
 *
 * @param least The number of pairs that are enough. Without one, it is NULL instead.
 */
const ofPairs = (
  name: string,
  least: number | undefined,
  finite = (result: string, _: EmittedCall) => result,
): Implementation =>
  native((call) => {
    const {
      args: [x = "", y = ""],
      clauses,
    } = call;
    const numbers = [x, y].map((sql) => `CAST(${sql} AS DOUBLE)`);
    const size = `greatest(${numbers.map((sql) => `abs(${sql})`).join(", ")})`;
    const scaled = numbers.map((sql) => `${sql} * CAST('1e238' AS DOUBLE)`).join(" + ");
    const small = `CASE WHEN isfinite(${scaled}) THEN ${x} END`;
    const result = ofDoubles(name).emit({ ...call, args: [small, y] });
    const count = aggregate("count", [numbers.join(" + ")], clauses);
    const other = least === undefined ? "NULL" : `CASE WHEN ${count} >= ${least} THEN 'nan' END`;
    return limited(call, size, scaled, "1e70", { finite: finite(result, call), other });
  });

/** A coefficient that is not finite becomes NULL. */
const coefficient = (name: string): Implementation =>
  ofPairs(name, undefined, (result, { context }) => {
    const value = context.variable();
    return `list_filter([${result}], lambda ${value}: isfinite(${value}))[1]`;
  });

interface Moments {
  readonly n: number;
  readonly m2: number;
  readonly m3: number;
  readonly m4: number;
}

/**
 * The sums of the second, third and fourth powers of the distances from the mean. The values are added one after the
 * other, as in Trino.
 *
 * @see https://en.wikipedia.org/wiki/Algorithms_for_calculating_variance#Higher-order_statistics
 */
function moments(values: readonly number[]): Moments {
  let [n, mean, m2, m3, m4] = [0, 0, 0, 0, 0];
  for (const value of values) {
    const delta = value - mean;
    const step = delta / (n + 1);
    const square = delta * step * n;
    n += 1;
    mean += step;
    m4 += square * step * step * (n * n - 3 * n + 3) + 6 * step * step * m2 - 4 * step * m3;
    m3 += square * step * (n - 2) - 3 * step * m2;
    m2 += square;
  }
  return { n, m2, m3, m4 };
}

const ofList = (fn: (values: readonly number[]) => number | null): Implementation =>
  mixed((call) =>
    invoke(call, call.name, [arrayOf(double)], double, fn, [
      aggregate("list", [`CAST(${call.args[0]} AS DOUBLE)`], withoutNulls(call)),
    ]),
  );

function kurtosis(values: readonly number[]): number | null {
  const { n, m2, m4 } = moments(values);
  if (n < 4) return null;
  const variance = m2 / (n - 1);
  return (
    (n * (n + 1) * m4) / ((n - 1) * (n - 2) * (n - 3) * variance * variance) -
    (3 * (n - 1) ** 2) / ((n - 2) * (n - 3))
  );
}

function skewness(values: readonly number[]): number | null {
  const { n, m2, m3 } = moments(values);
  return n < 3 ? null : (Math.sqrt(n) * m3) / m2 ** 1.5;
}

/** The geometric mean, from logarithms with the precision of Java's Math.log. */
function geometricMean(call: EmittedCall): string {
  const { returns } = call;
  const logarithm = invoke(call, "ln", [double], double, Math.log, [`CAST(${call.args[0]} AS DOUBLE)`]);
  const total = aggregate("sum", [logarithm], call.clauses);
  const mean = invoke(
    call,
    "exp_mean",
    [double, bigint],
    double,
    (sum: number, count: bigint) => Math.exp(sum / Number(count)),
    [total, aggregate("count", call.args, call.clauses)],
  );
  return `CAST(${mean} AS ${duckdbTypeText(returns)})`;
}

/** https://trino.io/docs/current/functions/aggregate.html#statistical-aggregate-functions */
export const statistics: Family = {
  corr: coefficient("corr"),
  covar_pop: ofPairs("covar_pop", 1),
  covar_samp: ofPairs("covar_samp", 2),
  geometric_mean: mixed(geometricMean),
  kurtosis: ofList(kurtosis),
  regr_intercept: coefficient("regr_intercept"),
  regr_slope: coefficient("regr_slope"),
  skewness: ofList(skewness),
  stddev: variance("stddev_samp", 2),
  stddev_pop: variance("stddev_pop", 1),
  stddev_samp: variance("stddev_samp", 2),
  var_pop: variance("var_pop", 1),
  var_samp: variance("var_samp", 2),
  variance: variance("var_samp", 2),
};
