import { failure } from "../../emit/failure";
import { divideHalfUp } from "../../types/decimals";
import { duckdbTypeText } from "../../types/duckdb";
import { TrinoError } from "../../types/errors";
import { longOf } from "../../types/longs";
import { formatDecimal } from "../../types/text/numbers";
import {
  arrayOf,
  bigint,
  boolean,
  decimalOf,
  double,
  isFloating,
  rowOf,
  type Type,
  type TypeOf,
  varchar,
} from "../../types/types";
import { comparator } from "../collections/compare";
import { fold } from "../collections/lambdas";
import { check, internal } from "../errors";
import { type EmittedCall, type Family, type Implementation, invoke, mixed, native } from "../implementation";
import type { Plain } from "../javascript/values";
import { aggregate, castAggregate, listOfRows, where, withoutNulls } from "./clauses";

/** https://trino.io/docs/current/functions/aggregate.html */

const typeOf = (type: Type | undefined): Type => {
  if (!type) throw new Error("the aggregate has no argument");
  return type;
};

/**
 * Sums reals and decimals. DuckDB adds reals as doubles, so a sum out of the range of real becomes infinity. It adds
 * decimals in 128 bits, which the largest ones exceed.
 */
function sum(call: EmittedCall): string {
  const {
    args,
    types: [type],
    clauses,
    returns,
  } = call;
  if (type?.kind === "decimal" && returns.kind === "decimal" && digitsIn(call, type) > most) {
    const limit = 10n ** 38n;
    return ofLarge(call, "sum_decimal", returns, (total) => {
      if (total >= limit || total <= -limit)
        throw new TrinoError("NUMERIC_VALUE_OUT_OF_RANGE", "Decimal overflow");
      return total;
    });
  }
  const added = aggregate("sum", args, clauses);
  if (returns.kind !== "real") return `CAST(${added} AS ${duckdbTypeText(returns)})`;
  return `CASE WHEN abs(${added}) > CAST('3.4028235677973366e38' AS DOUBLE) THEN CAST(sign(${added}) * CAST('Infinity' AS DOUBLE) AS FLOAT) ELSE CAST(${added} AS FLOAT) END`;
}

/** The digits of decimals of which DuckDB can add any number of rows. */
const most = 28;

const digitsIn = (call: EmittedCall, type: TypeOf<"decimal">): number => call.digits(0) ?? type.precision;

/**
 * A function of the sum and number of decimals, in JavaScript. DuckDB adds those that it can, and JavaScript adds the
 * others, which are rare.
 */
function ofLarge(
  call: EmittedCall,
  name: string,
  returns: TypeOf<"decimal">,
  compute: (total: bigint, count: bigint) => bigint,
): string {
  const { args, types, clauses } = call;
  const type = types[0] as TypeOf<"decimal">;
  const [x = ""] = args;
  const wide = decimalOf(38, type.scale);
  const counts = aggregate("count", [x], clauses);
  const total = (condition?: string) =>
    `CAST(${aggregate("sum", [x], condition === undefined ? clauses : where(clauses, condition))} AS ${duckdbTypeText(wide)})`;
  if (digitsIn(call, type) <= most)
    return invoke(call, name, [wide, bigint], returns, compute, [total(), counts]);
  const bound = `CAST('${formatDecimal(10n ** BigInt(most), type.scale)}' AS ${duckdbTypeText(wide)})`;
  const isSmall = `${x} BETWEEN - ${bound} AND ${bound}`;
  return invoke(
    call,
    `${name} of large`,
    [wide, arrayOf(wide), bigint],
    returns,
    (small: bigint | null, large: readonly bigint[] | null, count: bigint) => {
      if (count === 0n) return null;
      return compute(
        (large ?? []).reduce((sum, value) => sum + value, small ?? 0n),
        count,
      );
    },
    [
      total(isSmall),
      `CAST(${aggregate("list", [x], where(clauses, `NOT (${isSmall})`))} AS ${duckdbTypeText(wide)}[])`,
      counts,
    ],
    { takesNulls: true },
  );
}

/** The number of values that functions such as max(x, n) return. */
const sizeOf = (argument: "second" | "third", name: string, count: bigint): number => {
  check(count > 0n, `${argument} argument of ${name} must be a positive integer`);
  check(
    count <= 10_000n,
    `${argument} argument of ${name} must be less than or equal to 10000; found ${count}`,
  );
  return Number(count);
};

/** NaN comes last, both in ascending and in descending order. */
const nanLast = (a: Plain, b: Plain): number | undefined =>
  Number.isNaN(a) || Number.isNaN(b) ? Number(Number.isNaN(a)) - Number(Number.isNaN(b)) : undefined;

const extreme = (name: "min" | "max"): Implementation =>
  mixed((call) => {
    const { args, clauses, types, returns } = call;
    const [x = "", count] = args;
    const type = typeOf(types[0]);
    if (count === undefined && (type.kind === "array" || type.kind === "row")) {
      const compare = comparator(type);
      const sign = name === "min" ? 1 : -1;
      return invoke(
        call,
        name,
        [arrayOf(type)],
        returns,
        (values: readonly Plain[]) =>
          values.reduce((best, value) => (sign * compare(value, best) < 0 ? value : best)),
        [aggregate("list", [x], withoutNulls(call, 1))],
      );
    }
    if (count === undefined) {
      const plain = aggregate(name, [x], clauses);
      // In Trino, NaN is the maximum only when there is no other number. DuckDB's minimum agrees with Trino.
      if (!(type && isFloating(type)) || name === "min") return plain;
      return `coalesce(${aggregate(name, [x], where(clauses, `NOT isnan(${x})`))}, ${plain})`;
    }
    const compare = comparator(type);
    const sign = name === "min" ? 1 : -1;
    return invoke(
      call,
      `${name}_n`,
      [arrayOf(type), bigint],
      returns,
      (values: readonly Plain[], n: bigint) => {
        const size = sizeOf("second", name, n);
        return values
          .toReversed()
          .sort((a, b) => nanLast(a, b) ?? sign * compare(a, b))
          .slice(0, size);
      },
      [
        aggregate("list", [x], withoutNulls(call, 1)),
        aggregate("any_value", [count], { ...withoutNulls(call, 1), distinct: false, orderBy: undefined }),
      ],
    );
  });

const extremeBy = (name: "min" | "max"): Implementation =>
  mixed((call) => {
    const { args, types, returns, clauses } = call;
    const [value = "", key = "", count] = args;
    const [valueType, keyType] = [typeOf(types[0]), typeOf(types[1])];
    const sign = name === "min" ? 1 : -1;
    const compare = comparator(keyType);
    if (count === undefined && (keyType.kind === "array" || keyType.kind === "row"))
      return invoke(
        call,
        `${name}_by`,
        [arrayOf(rowOf([{ type: valueType }, { type: keyType }]))],
        returns,
        (rows: readonly (readonly [Plain, Plain])[]) =>
          rows.reduce((best, row) => (sign * compare(row[1], best[1]) < 0 ? row : best))[0],
        [listOfRows([value, key], where(clauses, `(${key}) IS NOT NULL`))],
      );
    if (count === undefined)
      return aggregate(
        name === "min" ? "arg_min_null" : "arg_max_null",
        [value, key],
        where(
          clauses,
          keyType && isFloating(keyType)
            ? `(${key}) IS NOT NULL AND NOT isnan(${key})`
            : `(${key}) IS NOT NULL`,
        ),
      );
    const keyed = where(clauses, `(${key}) IS NOT NULL`);
    return invoke(
      call,
      `${name}_by_n`,
      [arrayOf(rowOf([{ type: valueType }, { type: keyType }])), bigint],
      returns,
      (rows: readonly (readonly [Plain, Plain])[], n: bigint) => {
        const size = sizeOf("third", `${name}_by`, n);
        return rows
          .toReversed()
          .sort((a, b) => sign * compare(a[1], b[1]))
          .slice(0, size)
          .map(([item]) => item);
      },
      [
        listOfRows([value, key], keyed),
        aggregate("any_value", [count], { ...keyed, distinct: false, orderBy: undefined }),
      ],
    );
  });

/** The average, cast to the type of the argument. An average of decimals is rounded half away from zero. */
function average(call: EmittedCall): string {
  const {
    args: [x = ""],
    types,
    returns,
    clauses,
  } = call;
  const type = typeOf(types[0]);
  const mean = aggregate("avg", [x], clauses);
  if (type.kind.startsWith("interval")) return intervalOf(call, mean);
  if (type.kind !== "decimal") return `CAST(${mean} AS ${duckdbTypeText(returns)})`;
  return ofLarge(call, "avg_decimal", type, (total, count) => {
    // Trino's average of what exceeds its 128 bits is right only for whole numbers.
    if (type.scale > 0 && BigInt.asIntN(128, total) !== total) throw internal("Decimal overflow");
    return divideHalfUp(total, count);
  });
}

/**
 * Trino adds intervals as doubles, and rounds as Java does: halves are rounded up, and results out of range become the
 * largest or smallest bigint.
 */
function intervalOf(call: EmittedCall, mean: string): string {
  const round =
    call.returns.kind === "interval year to month"
      ? Math.round
      : (value: number) => longOf(Math.round(value));
  return invoke(call, `avg_${call.returns.kind.replaceAll(" ", "_")}`, [double], call.returns, round, [mean]);
}

/** Counts exactly. The allowed error is only validated, and for booleans not even that. */
function approxDistinct(call: EmittedCall): string {
  const {
    args: [x = "", error],
    clauses,
    types: [type],
  } = call;
  const count = aggregate("count", [x], { ...clauses, distinct: true });
  if (error === undefined || type?.kind === "boolean") return count;
  return invoke(
    call,
    "approx_distinct",
    [bigint, double],
    bigint,
    (found: bigint, allowed: number | null) => {
      check(
        allowed === null || (allowed >= 0.0040625 && allowed <= 0.26),
        `Max standard error must be in [0.0040625, 0.26]: ${allowed}`,
      );
      return found;
    },
    [count, aggregate("any_value", [error], { ...clauses, distinct: false, orderBy: undefined })],
    { takesNulls: true },
  );
}

/** Bytes. */
const longestText = 1_048_576;

const tooLong = `Concatenated string has the length in bytes larger than the maximum output length ${longestText}`;

function listagg(call: EmittedCall): string {
  const { args, clauses } = call;
  const [x = "", separator = "''", isError, filler = "", withCount = ""] = args;
  const text = aggregate("string_agg", [x, separator], clauses);
  const longer =
    isError === "true"
      ? failure("VARCHAR", "EXCEEDED_FUNCTION_MEMORY_LIMIT", tooLong)
      : invoke(call, "listagg_truncated", [arrayOf(varchar), varchar, varchar, boolean], varchar, truncated, [
          aggregate("list", [x], where(clauses, `${x} IS NOT NULL`)),
          separator,
          filler,
          withCount,
        ]);
  return `CASE WHEN strlen(${text}) > ${longestText} THEN ${longer} ELSE ${text} END`;
}

/** As many of the texts as fit, and then what stands for the others. */
function truncated(texts: readonly string[], separator: string, filler: string, withCount: boolean): string {
  const taken: string[] = [];
  let bytes = -Buffer.byteLength(separator);
  for (const text of texts) {
    bytes += Buffer.byteLength(separator) + Buffer.byteLength(text);
    if (bytes > longestText) break;
    taken.push(text);
  }
  const count = withCount ? `(${texts.length - taken.length})` : "";
  return [...taken, `${filler}${count}`].join(separator);
}

function reduceAgg(call: EmittedCall): string {
  const [x = "", first = ""] = call.args;
  const [element, state] = [typeOf(call.types[0]), typeOf(call.types[1])];
  const list = aggregate("list", [x], withoutNulls(call, 1));
  const start = aggregate("any_value", [first], { ...call.clauses, distinct: false, orderBy: undefined });
  return fold(call, list, element, start, state, 2);
}

export const general: Family = {
  any_value: castAggregate("any_value"),
  approx_distinct: mixed(approxDistinct),
  arbitrary: castAggregate("any_value"),
  array_agg: native(({ args, clauses }) => aggregate("list", args, clauses)),
  avg: mixed(average),
  bitwise_and_agg: castAggregate("bit_and"),
  bitwise_or_agg: castAggregate("bit_or"),
  bitwise_xor_agg: castAggregate("bit_xor"),
  bool_and: castAggregate("bool_and"),
  bool_or: castAggregate("bool_or"),
  count: native(({ args, clauses }) => aggregate("count", args.length === 0 ? ["*"] : args, clauses)),
  count_if: native(
    ({ args, clauses }) => `CAST(coalesce(${aggregate("count_if", args, clauses)}, 0) AS BIGINT)`,
  ),
  every: castAggregate("bool_and"),
  listagg: mixed(listagg),
  max: extreme("max"),
  max_by: extremeBy("max"),
  min: extreme("min"),
  min_by: extremeBy("min"),
  reduce_agg: native(reduceAgg),
  sum: native(sum),
};
