import type { CastSession } from "../../casts/times";
import { formatType } from "../../types/format";
import { boolean, type Type, varbinary, varchar } from "../../types/types";
import type { ResolvedCall } from "../contract";
import { invoke } from "../implementation";
import type { Plain } from "../javascript/values";
import type { JsonDocument } from "./document";
import {
  documentOf,
  evaluateJsonArray,
  evaluateJsonExists,
  evaluateJsonObject,
  evaluateJsonQuery,
  evaluateJsonValue,
  type JsonQueryOptions,
  type ValueBehavior,
} from "./sql-json";

/** A value that is passed to a path or becomes part of JSON. With `format`, its text is JSON. */
export interface JsonArgument {
  readonly type: Type;
  readonly format: boolean;
}

type Named = ReadonlyMap<string, JsonDocument>;
type Input = string | Uint8Array | null;

/** A call whose types follow from the statement's syntax. No signature has to be chosen. */
function call(
  name: string,
  parameters: readonly Type[],
  returns: Type,
  fn: (...values: Plain[]) => Plain,
): ResolvedCall {
  return {
    name,
    kind: "scalar",
    deterministic: true,
    takesNulls: true,
    parameters: parameters.map((type) => ({ kind: "value", type })),
    returns,
    emit: (args, context) =>
      invoke(
        { context, kind: "scalar" },
        name,
        parameters,
        returns,
        fn,
        args.map((argument) => (argument.kind === "value" ? argument.sql : "NULL")),
        { takesNulls: true },
      ),
  };
}

const formats = (passed: readonly JsonArgument[]): string =>
  passed.map(({ format }) => (format ? "json" : "value")).join(" ");

/**
 * Returns a function that reads the parameters of a path: their names are given in one text, followed by their values.
 */
function namer(passed: readonly JsonArgument[]): (names: string, values: readonly Plain[]) => Named {
  const convert = passed.map(({ type, format }) => documentOf(type, format));
  return (names, values) =>
    new Map(
      (names === "" ? [] : names.split("\n")).map((name, index) => [
        name,
        convert[index]?.(values[index] ?? null) ?? null,
      ]),
    );
}

/**
 * The arguments are the input, the path, the names of the parameters (one on each line), the behavior on errors, and
 * the parameters' values.
 */
export function existsCall(input: Type, passed: readonly JsonArgument[]): ResolvedCall {
  const named = namer(passed);
  return call(
    `json_exists ${formats(passed)}`,
    [input, varchar, varchar, varchar, ...passed.map(({ type }) => type)],
    boolean,
    (value, path, names, onError, ...values) =>
      evaluateJsonExists(
        value as Input,
        path as string,
        named(names as string, values),
        onError as "TRUE" | "FALSE" | "UNKNOWN" | "ERROR",
      ),
  );
}

/**
 * The arguments are those of JSON_EXISTS, with the behaviors on empty results and on errors and their defaults before
 * the parameters' values.
 */
export function valueCall(
  input: Type,
  returns: { readonly type: Type; readonly session: CastSession },
  passed: readonly JsonArgument[],
): ResolvedCall {
  const { type } = returns;
  const named = namer(passed);
  return call(
    `json_value ${formats(passed)} ${formatType(type)}`,
    [input, varchar, varchar, varchar, varchar, type, type, ...passed.map((one) => one.type)],
    type,
    (value, path, names, onEmpty, onError, emptyDefault = null, errorDefault = null, ...values) =>
      evaluateJsonValue(
        value as Input,
        path as string,
        named(names as string, values),
        returns,
        { onEmpty: onEmpty as ValueBehavior, onError: onError as ValueBehavior },
        { onEmpty: emptyDefault, onError: errorDefault },
      ),
  );
}

/**
 * The arguments are the input, the path, the names of the parameters, the options as JSON, and the parameters' values.
 */
export function queryCall(input: Type, passed: readonly JsonArgument[]): ResolvedCall {
  const named = namer(passed);
  return call(
    `json_query ${formats(passed)}`,
    [input, varchar, varchar, varchar, ...passed.map(({ type }) => type)],
    varchar,
    (value, path, names, options, ...values) =>
      evaluateJsonQuery(
        value as Input,
        path as string,
        named(names as string, values),
        JSON.parse(options as string) as JsonQueryOptions,
      ),
  );
}

/** The arguments are the key and value of each member. */
export function objectCall(
  members: readonly { readonly key: Type; readonly value: JsonArgument }[],
  options: { readonly nullOnNull: boolean; readonly uniqueKeys: boolean },
): ResolvedCall {
  const values = members.map(({ value }) => value);
  const convert = values.map(({ type, format }) => documentOf(type, format));
  return call(
    `json_object ${formats(values)} ${options.nullOnNull} ${options.uniqueKeys}`,
    members.flatMap(({ key, value }) => [key, value.type]),
    varchar,
    (...pairs) =>
      evaluateJsonObject(
        convert.map((read, index) => [pairs[2 * index] as string | null, read(pairs[2 * index + 1] ?? null)]),
        options,
      ),
  );
}

export function arrayCall(elements: readonly JsonArgument[], nullOnNull: boolean): ResolvedCall {
  const convert = elements.map(({ type, format }) => documentOf(type, format));
  return call(
    `json_array ${formats(elements)} ${nullOnNull}`,
    elements.map(({ type }) => type),
    varchar,
    (...items) =>
      evaluateJsonArray(
        convert.map((read, index) => read(items[index] ?? null)),
        nullOnNull,
      ),
  );
}

export type JsonEncoding = "UTF16" | "UTF32";

/** Decodes bytes to text. The encodings are little-endian. */
export const decodeCall = (encoding: JsonEncoding): ResolvedCall =>
  call(`json text of ${encoding}`, [varbinary], varchar, (bytes) =>
    bytes === null ? null : decoded(Buffer.from(bytes as Uint8Array), encoding),
  );

/** Encodes text to bytes. */
export const encodeCall = (encoding: JsonEncoding | "UTF8"): ResolvedCall =>
  call(`json text as ${encoding}`, [varchar], varbinary, (text) =>
    text === null ? null : encoded(text as string, encoding),
  );

function decoded(bytes: Buffer, encoding: JsonEncoding): string {
  if (encoding === "UTF16") return bytes.toString("utf16le");
  let text = "";
  for (let at = 0; at + 4 <= bytes.length; at += 4) {
    const point = bytes.readUInt32LE(at);
    text += point > 0x10ffff ? "\ufffd" : String.fromCodePoint(point);
  }
  return text;
}

function encoded(text: string, encoding: JsonEncoding | "UTF8"): Uint8Array {
  if (encoding !== "UTF32") return Buffer.from(text, encoding === "UTF8" ? "utf8" : "utf16le");
  const points = Array.from(text, (character) => character.codePointAt(0) ?? 0);
  const bytes = Buffer.alloc(4 * points.length);
  for (const [index, point] of points.entries()) bytes.writeUInt32LE(point, 4 * index);
  return bytes;
}
