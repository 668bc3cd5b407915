import { check } from "../errors";
import { type Family, javascript } from "../implementation";
import type { Entries } from "../javascript/values";

/** https://trino.io/docs/current/functions/array.html#cosine_similarity */
type Vector = readonly (number | null)[];

type Measure = (a: readonly number[], b: readonly number[]) => number;

/** A measure for which a NULL counts as 0. */
const ofLists = (fn: Measure) =>
  javascript(() => (a: Vector, b: Vector) => {
    check(a.length === b.length, "The arguments must have the same length");
    return fn(a.map(Number), b.map(Number));
  });

/** A measure that is NULL when a vector contains NULL. */
const ofKnownLists = (fn: Measure) =>
  javascript(() => (a: Vector, b: Vector) => {
    check(a.length === b.length, "The arguments must have the same length");
    return a.includes(null) || b.includes(null) ? null : fn(a.map(Number), b.map(Number));
  });

const dot = (a: readonly number[], b: readonly number[]): number =>
  a.reduce((sum, value, index) => sum + value * (b[index] ?? 0), 0);

function cosine(a: readonly number[], b: readonly number[]): number {
  const [first, second] = [Math.sqrt(dot(a, a)), Math.sqrt(dot(b, b))];
  check(first !== 0 && second !== 0, "Vector magnitude cannot be zero");
  return dot(a, b) / (first * second);
}

/** The cosine similarity of sparse vectors. A missing entry counts as 0. */
function cosineOfMaps(a: Entries<string, number | null>, b: Entries<string, number | null>): number | null {
  if ([...a, ...b].some(([, value]) => value === null)) return null;
  const other = new Map(b);
  const norm = (entries: Entries<string, number | null>): number =>
    Math.sqrt(entries.reduce((sum, [, value]) => sum + (value ?? 0) ** 2, 0));
  const product = a.reduce((sum, [key, value]) => sum + (value ?? 0) * (other.get(key) ?? 0), 0);
  return product / (norm(a) * norm(b));
}

export const vectors: Family = {
  cosine_distance: ofKnownLists((a, b) => 1 - cosine(a, b)),
  cosine_similarity: {
    source: "JavaScript",
    emit: (call) =>
      call.types[0]?.kind === "map"
        ? javascript(() => cosineOfMaps).emit(call)
        : ofKnownLists(cosine).emit(call),
  },
  dot_product: ofLists(dot),
  euclidean_distance: ofLists((a, b) =>
    Math.sqrt(a.reduce((sum, value, index) => sum + (value - (b[index] ?? 0)) ** 2, 0)),
  ),
};
