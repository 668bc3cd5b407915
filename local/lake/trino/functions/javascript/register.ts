import { type DuckDBConnection, DuckDBScalarFunction } from "@duckdb/node-api";
import { quoteName } from "../../../quote";
import { duckdbType } from "../../types/duckdb";
import { encodeError, TrinoError } from "../../types/errors";
import { formatType } from "../../types/format";
import type { Type } from "../../types/types";
import type { JavaScriptFunction } from "../contract";
import { decoder, encoder, type Plain } from "./values";
import { withinTime } from "./within-time";

/**
 * The quoted SQL name of a function. It includes the types, so that functions of the same name have distinct names and
 * DuckDB does not have to choose between them. Capitals are marked, because DuckDB takes them for small letters.
 */
export function sqlName({ name, parameters, returns }: JavaScriptFunction): string {
  const marked = name.replaceAll(/\p{Lu}/gu, "^$&");
  return quoteName(`${marked}(${parameters.map(held).join(", ")}) ${held(returns)}`);
}

/** The type in a function's name. The length of a varchar is left out, because calls do not depend on it. */
function held(type: Type): string {
  switch (type.kind) {
    case "varchar":
      return "varchar";
    case "array":
      return `array(${held(type.element)})`;
    case "map":
      return `map(${held(type.key)}, ${held(type.value)})`;
    case "row":
      return `row(${type.fields.map((field) => held(field.type)).join(", ")})`;
    default:
      return formatType(type);
  }
}

const registered = new WeakMap<DuckDBConnection, Set<string>>();

/** The errors that Trino's TRY turns into NULL. https://trino.io/docs/current/functions/conditional.html#try */
const caught: ReadonlySet<string> = new Set([
  "DIVISION_BY_ZERO",
  "INVALID_CAST_ARGUMENT",
  "INVALID_FUNCTION_ARGUMENT",
  "NUMERIC_VALUE_OUT_OF_RANGE",
]);

const missed = new WeakMap<DuckDBConnection, TrinoError>();

/**
 * Returns and clears the last error of a function that TRY must not catch. DuckDB's TRY catches every error, so this is
 * called after a statement has ended without one.
 */
export function takeUncaught(connection: DuckDBConnection): TrinoError | undefined {
  const error = missed.get(connection);
  missed.delete(connection);
  return error;
}

/** Registers a statement's functions on a connection, each of them once. */
export function registerFunctions(
  connection: DuckDBConnection,
  functions: Iterable<JavaScriptFunction>,
): void {
  let known = registered.get(connection);
  if (!known) {
    known = new Set();
    registered.set(connection, known);
  }
  for (const fn of functions) {
    const name = sqlName(fn);
    if (known.has(name)) continue;
    const onError = (error: TrinoError) => {
      if (!caught.has(error.code)) missed.set(connection, error);
    };
    const stoppedBy = () => {
      const error = missed.get(connection);
      return error?.code === "EXCEEDED_TIME_LIMIT" ? error : undefined;
    };
    const plainName = name.slice(1, -1).replaceAll('""', '"');
    connection.registerScalarFunction(scalarFunction(plainName, fn, onError, stoppedBy));
    known.add(name);
  }
}

function scalarFunction(
  name: string,
  fn: JavaScriptFunction,
  onError: (error: TrinoError) => void,
  stoppedBy: () => TrinoError | undefined,
): DuckDBScalarFunction {
  // The additional argument that prevents the use of a dictionary is not passed to the function (see callJavaScript).
  const own = fn.guarded ? fn.parameters.slice(0, -1) : fn.parameters;
  const decoders = own.map(decoder);
  const encodeResult = encoder(fn.returns);
  const call = fn.call as (...values: Plain[]) => Plain;
  return DuckDBScalarFunction.create({
    name,
    parameterTypes: fn.parameters.map((type) => duckdbType(type)),
    returnType: duckdbType(fn.returns),
    specialHandling: fn.takesNulls ?? false,
    volatile: fn.volatile ?? false,
    mainFunction: (_info, input, output) => {
      const vectors = decoders.map((_, index) => input.getColumnVector(index));
      const read = (column: number, row: number): Plain =>
        decoders[column]?.(vectors[column]?.getItem(row) ?? null) ?? null;
      const answer = caller(call, decoders.length, fn.takesNulls ?? false, read);
      const answerAll = () => {
        for (let row = 0; row < input.rowCount; row += 1) output.setItem(row, encodeResult(answer(row)));
      };
      try {
        // DuckDB evaluates a failed constant up to three more times, so a function that was stopped fails again at
        // once.
        const stopped = fn.milliseconds === undefined ? undefined : stoppedBy();
        if (stopped) throw stopped;
        if (fn.milliseconds === undefined) answerAll();
        else withinTime(answerAll, fn.milliseconds, fn.name.replace(/ of rows$/, ""));
      } catch (error) {
        if (!(error instanceof TrinoError)) throw error;
        onError(error);
        throw new Error(encodeError(error.code, error.sentence));
      }
      output.flush();
    },
  });
}

/** Returns a function that computes one row. For small numbers of arguments, it does so without an array of them. */
function caller(
  call: (...values: Plain[]) => Plain,
  count: number,
  takesNulls: boolean,
  read: (column: number, row: number) => Plain,
): (row: number) => Plain {
  if (!takesNulls && count === 1)
    return (row) => {
      const value = read(0, row);
      return value === null ? null : call(value);
    };
  if (!takesNulls && count === 2)
    return (row) => {
      const [first, second] = [read(0, row), read(1, row)];
      return first === null || second === null ? null : call(first, second);
    };
  return (row) => {
    const values = Array.from({ length: count }, (_, column) => read(column, row));
    return !takesNulls && values.includes(null) ? null : call(...values);
  };
}
