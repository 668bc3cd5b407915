import { formatType } from "../types/format";
import type { Type } from "../types/types";
import type { Implementation } from "./implementation";
import type { Bound } from "./signatures/bind";

/** Why a function that Trino has isn't answered here, or undefined where it is. */
export function refusals(
  { signature, parameters, returns }: Bound,
  implementation: Implementation | undefined,
): string | undefined {
  const types = [
    ...parameters.map((parameter) => (parameter.kind === "value" ? parameter.type : parameter.returns)),
    returns,
  ];
  const opaque = types.map(sketch).find((name) => name !== undefined);
  if (opaque !== undefined) return `The function ${signature.name} is not supported here: it needs ${opaque}`;
  // typeof only names a type.
  if (signature.name !== "typeof" && types.some(isNanoseconds))
    return `The function ${signature.name} is not supported here for ${types.filter(isNanoseconds).map(formatType)[0]}: times have microseconds at most`;
  return implementation ? undefined : `The function ${signature.name} is not supported here`;
}

const needs: Readonly<Record<string, string>> = {
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
};

function sketch(type: Type): string | undefined {
  switch (type.kind) {
    case "opaque":
      return needs[type.name];
    case "array":
      return sketch(type.element);
    case "map":
      return sketch(type.key) ?? sketch(type.value);
    case "row":
      return type.fields.map((field) => sketch(field.type)).find((name) => name !== undefined);
    default:
      return undefined;
  }
}

const isNanoseconds = (type: Type): boolean =>
  "precision" in type && type.kind !== "decimal" && type.precision > 6;
