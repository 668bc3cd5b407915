import { duckdbTypeText } from "../../types/duckdb";
import { outOfRange } from "../../types/errors";
import { isIntegral, type Type } from "../../types/types";
import {
  type EmittedCall,
  type Family,
  type Implementation,
  invoke,
  javascript,
  mixed,
  native,
} from "../implementation";

/** https://trino.io/docs/current/functions/math.html */
const first = (types: readonly Type[]): Type => {
  const [type] = types;
  if (!type) throw new Error("the function has no argument");
  return type;
};

/** An integer is returned unchanged. Other numbers are rounded by DuckDB and cast to the result's type. */
const toWhole = (duckdb: string): Implementation =>
  native(({ args: [x = ""], types, returns }) => {
    if (isIntegral(first(types))) return x;
    return `CAST(${duckdb}(${x}) AS ${duckdbTypeText(returns)})`;
  });

/** Changes -0.0 to 0.0 in a call's arguments, because Java rounds -0.0 to 0.0, and -0.3 to -0.0. */
function ofPositiveZero(call: EmittedCall): EmittedCall {
  const [type] = call.types;
  if (type?.kind !== "real" && type?.kind !== "double") return call;
  return { ...call, args: call.args.map((x) => `(${x} + CAST(0 AS ${duckdbTypeText(type)}))`) };
}

const power10 = (exponent: number): bigint => 10n ** BigInt(exponent);

/** Rounds an integer to a multiple of a power of ten, half away from zero. */
function roundAt(value: bigint, unit: bigint): bigint {
  const half = unit / 2n;
  const magnitude = ((value < 0n ? -value : value) + half) / unit;
  return (value < 0n ? -magnitude : magnitude) * unit;
}

const largestLong = 2 ** 63;

/**
 * Rounds with Java's Math.round for both signs. A value out of the range of 64 bits has no digits that could be
 * rounded.
 */
function roundDouble(value: number, digits: number): number {
  if (!Number.isFinite(value)) return value;
  const factor = 10 ** digits;
  const scaled = Math.abs(value) * factor;
  if (!(scaled < largestLong)) return value;
  const rounded = Math.floor(scaled + 0.5) - (scaled === 0.49999999999999994 ? 1 : 0);
  const result = rounded / factor;
  return value < 0 ? -result : result;
}

const ranges: Readonly<Record<string, bigint>> = {
  tinyint: 2n ** 7n,
  smallint: 2n ** 15n,
  integer: 2n ** 31n,
  bigint: 2n ** 63n,
};

/** round(x, n) for integers. A negative n rounds digits before the decimal point. */
function roundInteger(type: Type): (value: number | bigint, digits: number) => number | bigint {
  const limit = ranges[type.kind] ?? 2n ** 63n;
  return (value, digits) => {
    if (digits >= 0) return value;
    // Trino's power of ten is a bigint, which has no more digits.
    if (digits < -18) throw outOfRange(`numerical overflow: ${value}`);
    const rounded = roundAt(BigInt(value), power10(-digits));
    if (rounded >= limit || rounded < -limit) throw outOfRange(`numerical overflow: ${value}`);
    return type.kind === "bigint" ? rounded : Number(rounded);
  };
}

function roundTo({ types }: EmittedCall): (...values: never[]) => unknown {
  const type = first(types);
  if (type.kind === "decimal")
    return (value: bigint, digits: number) => {
      if (digits >= type.scale) return value;
      const dropped = type.scale - digits;
      const rounded = dropped > 38 ? 0n : roundAt(value, power10(dropped));
      if (rounded >= power10(38) || rounded <= -power10(38)) throw outOfRange(`decimal overflow: ${value}`);
      return rounded;
    };
  if (type.kind === "real") return (value: number, digits: number) => Math.fround(roundDouble(value, digits));
  if (type.kind === "double") return roundDouble;
  return roundInteger(type);
}

const truncateTo = javascript(({ types }) => {
  const type = first(types);
  const scale = type.kind === "decimal" ? type.scale : 0;
  return (value: bigint, digits: number) => {
    if (digits >= scale) return value;
    const dropped = scale - digits;
    return dropped > 38 ? 0n : value - (value % power10(dropped));
  };
});

export const rounding: Family = {
  ceil: toWhole("ceil"),
  ceiling: toWhole("ceil"),
  floor: toWhole("floor"),
  round: mixed((call) => {
    if (call.args.length > 1)
      return invoke(call, "round", call.types, call.returns, roundTo(call), call.args);
    return toWhole("round").emit(ofPositiveZero(call));
  }),
  truncate: mixed((call) => (call.args.length > 1 ? truncateTo.emit(call) : toWhole("trunc").emit(call))),
};
