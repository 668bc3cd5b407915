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
 * The SQL name of a function with its types, quoted: functions of one name differ by their types, so that DuckDB never
 * chooses between them.
 */
export function sqlName({ name, parameters, returns }: JavaScriptFunction): string {
  return quoteName(`${name}(${parameters.map(held).join(", ")}) ${held(returns)}`);
}

/** Lengths of varchar don't change how a function is called. */
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

/** What Trino's TRY makes NULL. https://trino.io/docs/current/functions/conditional.html#try */
const caught: ReadonlySet<string> = new Set([
  "DIVISION_BY_ZERO",
  "INVALID_CAST_ARGUMENT",
  "INVALID_FUNCTION_ARGUMENT",
  "NUMERIC_VALUE_OUT_OF_RANGE",
]);

const missed = new WeakMap<DuckDBConnection, TrinoError>();

/**
 * The error of a function since this was last asked that no TRY may catch. DuckDB's TRY catches every one, so a statement
 * that ends well asks for it.
 */
export function takeUncaught(connection: DuckDBConnection): TrinoError | undefined {
  const error = missed.get(connection);
  missed.delete(connection);
  return error;
}

/** Registers the functions that a statement uses on a connection, each once. */
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
  // What keeps DuckDB from a dictionary isn't the function's own (see callJavaScript).
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
        // DuckDB tries a constant once more, or thrice: a statement that was stopped stays stopped.
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

/** Answers a row; for the usual numbers of arguments without a list of them. */
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
