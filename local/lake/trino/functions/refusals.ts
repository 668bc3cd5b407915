import type { Type } from "../types/types";
import type { Implementation } from "./implementation";
import type { Bound } from "./signatures/bind";

/** What is missing here for some of Trino's functions, worded to follow "it needs". */
export const missing = {
  types: {
    HyperLogLog: "HyperLogLog values, whose bytes no other engine makes (approx_distinct counts)",
    SetDigest: "set digests, whose bytes no other engine makes",
    qdigest: "quantile digests (approx_percentile gives quantiles)",
    tdigest: "t-digests (approx_percentile gives quantiles)",
    Geometry: "geospatial values",
    SphericalGeography: "geospatial values",
    BingTile: "Bing tiles",
    KdbTree: "geospatial partitions",
    Classifier: "machine learning",
    Regressor: "machine learning",
    ObjectId: "MongoDB's object ids",
  } as Readonly<Record<string, string>>,
  fineTimes: "times finer than microseconds",
  other: "what has no equal here",
};

/** The reason why a function of Trino's is not supported here. Undefined when it is. */
export function refusals(
  { signature, parameters, returns }: Bound,
  implementation: Implementation | undefined,
): string | undefined {
  const types = [
    ...parameters.map((parameter) => (parameter.kind === "value" ? parameter.type : parameter.returns)),
    returns,
  ];
  // typeof only returns the type's name.
  const needs =
    types.map(needOf).find((need) => need !== undefined && !isAnswered(need, implementation)) ??
    (nanosecondFunctions.has(signature.name) ? missing.fineTimes : undefined) ??
    (implementation ? undefined : missing.other);
  return needs === undefined
    ? undefined
    : `The function ${signature.name} is not supported here: it needs ${needs}`;
}

/**
 * Whether a function is supported although its type is not. This is so for functions that need only the points of a
 * geometry.
 */
export const isAnswered = (need: string, implementation: Implementation | undefined): boolean =>
  implementation !== undefined && need === missing.types.Geometry;

function needOf(type: Type): string | undefined {
  switch (type.kind) {
    case "opaque":
      return missing.types[type.name];
    case "array":
      return needOf(type.element);
    case "map":
      return needOf(type.key) ?? needOf(type.value);
    case "row":
      return type.fields.map((field) => needOf(field.type)).find((need) => need !== undefined);
    default:
      return undefined;
  }
}

/**
 * Functions whose results have nanoseconds. The others may take and return types with more than six digits: a value with
 * finer digits is refused where it would be made, so there is none.
 */
export const nanosecondFunctions: ReadonlySet<string> = new Set([
  "from_iso8601_timestamp_nanos",
  "from_unixtime_nanos",
]);
