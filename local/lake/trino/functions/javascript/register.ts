import { type DuckDBConnection, DuckDBScalarFunction } from "@duckdb/node-api";
import { duckdbType } from "../../types/duckdb";
import { encodeError, TrinoError } from "../../types/errors";
import { formatType } from "../../types/format";
import { quoteName } from "../../types/quote";
import type { Type } from "../../types/types";
import type { JavaScriptFunction } from "../contract";
import { decoder, encoder, type Plain } from "./values";

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
    connection.registerScalarFunction(scalarFunction(name.slice(1, -1).replaceAll('""', '"'), fn));
    known.add(name);
  }
}

function scalarFunction(name: string, fn: JavaScriptFunction): DuckDBScalarFunction {
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
      try {
        for (let row = 0; row < input.rowCount; row += 1) output.setItem(row, encodeResult(answer(row)));
      } catch (error) {
        throw error instanceof TrinoError ? new Error(encodeError(error.code, error.sentence)) : error;
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
