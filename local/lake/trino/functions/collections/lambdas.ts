import { named } from "../../../quote";
import { duckdbTypeText } from "../../types/duckdb";
import { arrayOf, boolean, integer, mapOf, rowOf, type Type } from "../../types/types";
import { check } from "../errors";
import { type EmittedCall, type Family, type Implementation, invoke, mixed, native } from "../implementation";
import { withFields } from "../javascript/call";
import type { Entries, Plain } from "../javascript/values";
import { comparator, valueKey } from "./compare";
import { uniqueEntries } from "./maps";

/** DuckDB's lambdas compute the elements. https://trino.io/docs/current/functions/lambda.html */
const transform = (call: EmittedCall, list: string, lambda: number): string => {
  const x = call.context.variable();
  return `list_transform(${list}, lambda ${x}: ${call.lambda(lambda, x)})`;
};

/**
 * Returns `found` if the lambda gives the wanted result for any element. Without such an element, the result is NULL if
 * the lambda gives NULL for any.
 */
const matching = (wanted: boolean, found: boolean): Implementation =>
  mixed((call) =>
    invoke(
      call,
      call.name,
      [arrayOf(boolean)],
      boolean,
      (answers: readonly (boolean | null)[]) => {
        if (answers.includes(wanted)) return found;
        return answers.includes(null) ? null : !found;
      },
      [transform(call, call.args[0] ?? "", 1)],
    ),
  );

/**
 * Whether DuckDB orders values of a type as Trino does. Others have time zones, which Trino's order ignores, or may
 * contain NULL, which has no order.
 */
const isOrderedAlike = (type: Type): boolean =>
  !type.kind.endsWith("with time zone") && type.kind !== "array" && type.kind !== "row";

function sort(call: EmittedCall): string {
  const [list = ""] = call.args;
  const [type] = call.types;
  if (type?.kind !== "array") throw new Error("array_sort without an array");
  // In DuckDB, the sorted list of a constant NULL has no type.
  if (isOrderedAlike(type.element))
    return `CAST(list_sort(${list}, 'ASC', 'NULLS LAST') AS ${duckdbTypeText(type)})`;
  const compare = comparator(type.element);
  const nullsLast = (a: Plain, b: Plain): number =>
    a === null || b === null ? Number(a === null) - Number(b === null) : compare(a, b);
  return invoke(call, "array_sort", [type], type, (values: readonly Plain[]) => values.toSorted(nullsLast), [
    list,
  ]);
}

/** Sorts by a lambda. All pairs of elements are compared in advance, because DuckDB cannot sort by a lambda. */
function sortBy(call: EmittedCall): string {
  const [list = ""] = call.args;
  const [type] = call.types;
  if (type?.kind !== "array") throw new Error("array_sort without an array");
  const [a, b] = [call.context.variable(), call.context.variable()];
  const orders = `list_transform(${list}, lambda ${a}: list_transform(${list}, lambda ${b}: ${call.lambda(1, a, b)}))`;
  return invoke(
    call,
    "array_sort_by",
    [type, arrayOf(arrayOf(integer))],
    type,
    (values: readonly Plain[], matrix: readonly (readonly (number | null)[])[]) =>
      values
        .map((_, index) => index)
        .sort((x, y) => {
          const order = matrix[x]?.[y];
          check(
            order === 1 || order === 0 || order === -1,
            "Lambda comparator must return either -1, 0, or 1",
          );
          return order;
        })
        .map((index) => values[index] ?? null),
    [list, orders],
  );
}

/**
 * Reduces a list, beginning with an initial state. DuckDB's list_reduce needs the same type for states and elements, so
 * both are put in a struct.
 */
export function fold(
  call: EmittedCall,
  list: string,
  element: Type,
  first: string,
  state: Type,
  lambda: number,
): string {
  const { context } = call;
  const [x, total, item] = [context.variable(), context.variable(), context.variable()];
  const [stateType, elementType] = [duckdbTypeText(state), duckdbTypeText(element)];
  // DuckDB's list_reduce takes columns of other rows if lists differ in their lengths, so they come with the elements.
  const own = [total, item];
  const body = withFields(call.lambda(lambda, `${total}.s`, `${item}.e`), `${item}.c`, own);
  const columns =
    body.names.length === 0 ? [] : [`'c': {${body.names.map((one) => `'${one}': ${one}`).join(", ")}}`];
  const struct = (...fields: readonly string[]) => `{${fields.join(", ")}}`;
  const noElement = `'e': CAST(NULL AS ${elementType})`;
  const wrapped = `list_transform(${list}, lambda ${x}: ${struct(`'s': CAST(NULL AS ${stateType})`, `'e': ${x}`, ...columns)})`;
  const ownColumns = columns.length === 0 ? [] : [`'c': ${item}.c`];
  const step = struct(`'s': CAST(${body.sql} AS ${stateType})`, noElement, ...ownColumns);
  const initial = struct(`'s': CAST(${first} AS ${stateType})`, noElement, ...columns);
  return `list_reduce(${wrapped}, lambda ${total}, ${item}: ${step}, ${initial}).s`;
}

function reduce(call: EmittedCall): string {
  const [list = "", first = ""] = call.args;
  const [type, state] = call.types;
  if (type?.kind !== "array" || !state) throw new Error("reduce without an array");
  const total = call.context.variable();
  const folded = fold(call, list, type.element, first, state, 2);
  return `CASE WHEN (${list}) IS NOT NULL THEN ${named(total, folded, call.lambda(3, total))} END`;
}

const entries = (call: EmittedCall, map: string, make: (entry: string) => string): string => {
  const entry = call.context.variable();
  return `list_transform(map_entries(${map}), lambda ${entry}: ${make(entry)})`;
};

/** A map from a list of structs with a key and a value. The keys are checked. */
function checkedMap(call: EmittedCall, list: string): string {
  const { returns } = call;
  if (returns.kind !== "map") throw new Error("the result is not a map");
  const unique = uniqueEntries(returns.key);
  return invoke(
    call,
    "map_of_entries",
    [arrayOf(rowOf([{ type: returns.key }, { type: returns.value }]))],
    returns,
    (rows: readonly (readonly [Plain, Plain])[]) => unique(rows),
    [list],
  );
}

function zipMaps(call: EmittedCall): string {
  const [left = "", right = ""] = call.args;
  const [a, b] = call.types;
  const { returns } = call;
  if (a?.kind !== "map" || b?.kind !== "map" || returns.kind !== "map")
    throw new Error("map_zip_with without maps");
  const key = valueKey(a.key);
  const row = rowOf([{ type: a.key }, { type: a.value }, { type: b.value }]);
  const zipped = invoke(
    call,
    "map_zip",
    [mapOf(a.key, a.value), mapOf(b.key, b.value)],
    arrayOf(row),
    (one: Entries, other: Entries) => {
      const merged = new Map<unknown, [Plain, Plain, Plain]>();
      for (const [k, value] of one) merged.set(key(k), [k, value, null]);
      for (const [k, value] of other) {
        const known = merged.get(key(k));
        if (known) known[2] = value;
        else merged.set(key(k), [k, null, value]);
      }
      return [...merged.values()];
    },
    [left, right],
  );
  const entry = call.context.variable();
  const value = call.lambda(2, `${entry}.f0`, `${entry}.f1`, `${entry}.f2`);
  return `map_from_entries(list_transform(${zipped}, lambda ${entry}: {'key': ${entry}.f0, 'value': ${value}}))`;
}

export const lambdas: Family = {
  all_match: matching(false, false),
  any_match: matching(true, true),
  array_sort: mixed((call) => (call.args.length === 1 ? sort(call) : sortBy(call))),
  filter: native((call) => {
    const x = call.context.variable();
    return `list_filter(${call.args[0]}, lambda ${x}: ${call.lambda(1, x)})`;
  }),
  map_filter: native((call) => {
    const entry = call.context.variable();
    return `map_from_entries(list_filter(map_entries(${call.args[0]}), lambda ${entry}: ${call.lambda(1, `${entry}.key`, `${entry}.value`)}))`;
  }),
  map_zip_with: mixed(zipMaps),
  none_match: matching(true, false),
  reduce: native(reduce),
  transform: native((call) => transform(call, call.args[0] ?? "", 1)),
  transform_keys: mixed((call) =>
    checkedMap(
      call,
      entries(
        call,
        call.args[0] ?? "",
        (entry) => `{'f0': ${call.lambda(1, `${entry}.key`, `${entry}.value`)}, 'f1': ${entry}.value}`,
      ),
    ),
  ),
  transform_values: native(
    (call) =>
      `map_from_entries(${entries(
        call,
        call.args[0] ?? "",
        (entry) => `{'key': ${entry}.key, 'value': ${call.lambda(1, `${entry}.key`, `${entry}.value`)}}`,
      )})`,
  ),
  zip_with: native((call) => {
    const [a = "", b = ""] = call.args;
    const pair = call.context.variable();
    // Where a list is shorter, DuckDB has a row that is NULL, whose fields are those of another row.
    const one = (index: 1 | 2) => {
      const type = call.types[index - 1];
      const part = `${pair}[${index}]`;
      return type?.kind === "array" && type.element.kind === "row"
        ? `(CASE WHEN ${part} IS NOT NULL THEN ${part} END)`
        : part;
    };
    const zipped = `list_transform(list_zip(${a}, ${b}), lambda ${pair}: ${call.lambda(2, one(1), one(2))})`;
    return `CASE WHEN (${a}) IS NOT NULL AND (${b}) IS NOT NULL THEN ${zipped} END`;
  }),
};
