/**
 * Information that SHOW FUNCTIONS does not give: which type variables must be comparable or orderable, and which
 * functions are variadic.
 */
export type Constraint = "comparable" | "orderable";

const constrained = (
  constraint: Constraint,
  variable: string,
  names: string,
): [string, Record<string, Constraint>][] =>
  names.split(" ").map((name) => [name, { [variable]: constraint }]);

/** The constraints by function and type variable. */
export const constraints: ReadonlyMap<string, Readonly<Record<string, Constraint>>> = new Map([
  ...constrained(
    "comparable",
    "E",
    "array_distinct array_except array_intersect array_union array_remove arrays_overlap",
  ),
  ...constrained(
    "comparable",
    "T",
    "array_position contains contains_sequence array_histogram histogram approx_distinct checksum make_set_digest",
  ),
  ...constrained(
    "comparable",
    "K",
    "map_agg map_union multimap_agg map map_from_entries multimap_from_entries map_concat",
  ),
  ...constrained("comparable", "K2", "transform_keys"),
  ...constrained("orderable", "E", "greatest least"),
  ...constrained("orderable", "T", "array_max array_min"),
  ...constrained("orderable", "K", "max_by min_by"),
  ["array_sort", { E: "orderable" }],
  ["max", { E: "orderable", T: "orderable" }],
  ["min", { E: "orderable", T: "orderable" }],
]);

/** The functions whose last parameter may be repeated, with the fewest arguments that they accept. */
export const variadic: ReadonlySet<string> = new Set([
  "concat(varchar)",
  "concat(varbinary)",
  "concat(array(E))",
  "concat_ws(varchar, varchar)",
  "greatest(E)",
  "least(E)",
  "map_concat(map(K,V))",
]);
