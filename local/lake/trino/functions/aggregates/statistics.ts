import { duckdbTypeText } from "../../types/duckdb";
import { arrayOf, bigint, double } from "../../types/types";
import { type EmittedCall, type Family, type Implementation, invoke, mixed, native } from "../implementation";
import { aggregate, castAggregate, withoutNulls } from "./clauses";

/** https://trino.io/docs/current/functions/aggregate.html#statistical-aggregate-functions */

/** An aggregate that DuckDB has for doubles only. */
const ofDoubles = (name: string): Implementation =>
  native((call) =>
    castAggregate(name).emit({ ...call, args: call.args.map((sql) => `CAST(${sql} AS DOUBLE)`) }),
  );

/** For numbers that are not finite, DuckDB's variances fail. Trino returns NaN when there are enough numbers. */
const variance = (name: string, least: number): Implementation =>
  native((call) => {
    const {
      args: [x = ""],
      clauses,
      types: [type],
    } = call;
    if (type?.kind !== "double") return ofDoubles(name).emit(call);
    const finite = aggregate(name, [`CASE WHEN isfinite(${x}) THEN ${x} END`], clauses);
    const other = aggregate("bool_or", [`NOT isfinite(${x})`], clauses);
    const count = aggregate("count", [x], clauses);
    return `CASE WHEN NOT coalesce(${other}, false) THEN ${finite} WHEN ${count} >= ${least} THEN CAST('nan' AS DOUBLE) END`;
  });

/** A coefficient that is not finite becomes NULL. DuckDB fails for numbers that are not finite. */
const finite = (name: string): Implementation =>
  native((call) => {
    const {
      args: [x = "", y = ""],
      clauses,
    } = call;
    const value = call.context.variable();
    const both = `isfinite(${x}) AND isfinite(${y})`;
    const other = aggregate("bool_or", [`NOT (${both})`], clauses);
    const result = ofDoubles(name).emit({ ...call, args: [`CASE WHEN ${both} THEN ${x} END`, y] });
    return `CASE WHEN NOT coalesce(${other}, false) THEN list_filter([${result}], lambda ${value}: isfinite(${value}))[1] END`;
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

export const statistics: Family = {
  corr: finite("corr"),
  covar_pop: ofDoubles("covar_pop"),
  covar_samp: ofDoubles("covar_samp"),
  geometric_mean: mixed(geometricMean),
  kurtosis: ofList(kurtosis),
  regr_intercept: finite("regr_intercept"),
  regr_slope: finite("regr_slope"),
  skewness: ofList(skewness),
  stddev: variance("stddev_samp", 2),
  stddev_pop: variance("stddev_pop", 1),
  stddev_samp: variance("stddev_samp", 2),
  var_pop: variance("var_pop", 1),
  var_samp: variance("var_samp", 2),
  variance: variance("var_samp", 2),
};
