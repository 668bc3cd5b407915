import {
  arrayCall,
  decodeCall,
  encodeCall,
  existsCall,
  type JsonArgument,
  objectCall,
  queryCall,
  valueCall,
} from "../../functions/json/calls";
import { namedParametersOf, parsePath } from "../../functions/json/path/parse";
import { PathNotSupported, PathSyntaxError } from "../../functions/json/path/syntax";
import type { ResolvedCall } from "../../functions/registry";
import type * as ast from "../../parse/ast";
import { isCoercible } from "../../types/coercion";
import { errorAt, type TextPosition } from "../../types/errors";
import { formatType } from "../../types/format";
import { isNumeric, isText, isTime, type Type, varchar } from "../../types/types";
import { bindExpr, type Env } from "../context";
import { typeText } from "../text";
import type { Expr } from "../tree";
import { coerce } from "./coerce";
import { constant, textConstant } from "./literals";
import { typeOf } from "./names";

type JsonForm = ast.JsonExists | ast.JsonValue | ast.JsonQuery | ast.JsonObjectCall | ast.JsonArray;

/** Binds JSON_EXISTS, JSON_VALUE, JSON_QUERY, JSON_OBJECT and JSON_ARRAY. */
export function bindJson(node: JsonForm, env: Env): Expr {
  switch (node.kind) {
    case "JsonExists":
      return bindExists(node, env);
    case "JsonValue":
      return bindValue(node, env);
    case "JsonQuery":
      return bindQuery(node, env);
    case "JsonObject":
      return bindObject(node, env);
    case "JsonArray":
      return bindArray(node, env);
  }
}

const called = (call: ResolvedCall, given: readonly Expr[], at: TextPosition): Expr => ({
  kind: "call",
  type: call.returns,
  call,
  arguments: given,
  at,
});

interface Invocation {
  readonly input: Expr;
  readonly path: Expr;
  readonly names: Expr;
  readonly passed: readonly Expr[];
  readonly arguments: readonly JsonArgument[];
}

function bindInvocation({ input, path, passing }: ast.JsonPathInvocation, env: Env): Invocation {
  // An unquoted name is in upper case, as in standard SQL.
  const names = passing.map(({ name }) => (name.quoted ? name.value : name.value.toUpperCase()));
  checkPath(path, names);
  const passed = passing.map((parameter) => bindInput(parameter.input, env));
  return {
    input: bindText(input, env),
    path: textConstant(path.value),
    names: textConstant(names.join("\n")),
    passed: passed.map(({ value }) => value),
    arguments: passed.map(({ value, format }) => ({ type: value.type, format })),
  };
}

function checkPath({ value, line, column }: ast.StringLiteral, names: readonly string[]): void {
  try {
    const missing = namedParametersOf(parsePath(value)).find((name) => !names.includes(name));
    if (missing !== undefined) {
      const quoting = names.includes(missing.toUpperCase())
        ? `. Try quoting "${missing}" in the PASSING clause to match case`
        : "";
      throw errorAt({ line, column }, "INVALID_PATH", `no value passed for parameter ${missing}${quoting}`);
    }
  } catch (error) {
    if (error instanceof PathNotSupported) throw errorAt({ line, column }, "NOT_SUPPORTED", error.message);
    if (!(error instanceof PathSyntaxError)) throw error;
    throw errorAt({ line, column: column + error.column }, "SYNTAX_ERROR", error.message);
  }
}

/** Binds the JSON text or bytes to which a path is applied. */
function bindText({ value: node, format }: ast.JsonInput, env: Env): Expr {
  const value = bindExpr(node, env);
  return value.type.kind === "unknown" ? constant(varchar, null) : jsonText(value, format, node);
}

const formatName = (format: ast.JsonFormat) => (format === "JSON" ? "JSON" : `JSON ENCODING ${format}`);

/** A value whose text or bytes are JSON. */
function jsonText(value: Expr, format: ast.JsonFormat = "JSON", at: TextPosition): Expr {
  const { kind } = value.type;
  if (format === "JSON" && kind === "varchar") return value;
  if (format === "JSON" && kind === "char") return coerce(value, varchar);
  if (kind !== "varbinary")
    throw errorAt(
      at,
      "TYPE_MISMATCH",
      `Cannot read input of type ${formatType(value.type)} as JSON using formatting ${formatName(format)}`,
    );
  return format === "UTF16" || format === "UTF32" ? called(decodeCall(format), [value], at) : value;
}

/**
 * Binds a value and determines whether its text is JSON. The result of another JSON function is JSON even without
 * FORMAT JSON.
 */
function bindInput({ value: node, format }: ast.JsonInput, env: Env): { value: Expr; format: boolean } {
  const value = bindExpr(node, env);
  if (value.type.kind === "unknown") return { value: constant(varchar, null), format: false };
  const isJson = node.kind === "JsonQuery" || node.kind === "JsonObject" || node.kind === "JsonArray";
  if (format === undefined && !isJson) return { value, format: false };
  return { value: jsonText(value, format, node), format: true };
}

function bindExists(node: ast.JsonExists, env: Env): Expr {
  const { input, path, names, passed, arguments: types } = bindInvocation(node.invocation, env);
  return called(
    existsCall(input.type, types),
    [input, path, names, textConstant(node.onError), ...passed],
    node,
  );
}

function bindValue(node: ast.JsonValue, env: Env): Expr {
  const { input, path, names, passed, arguments: types } = bindInvocation(node.invocation, env);
  const returns = node.returning ? typeOf(node.returning, node) : varchar;
  if (node.returning && !isScalar(returns))
    throw errorAt(
      node,
      "TYPE_MISMATCH",
      `Invalid return type of function JSON_VALUE: ${typeText(node.returning)}`,
    );
  const otherwise = ({ value: given }: ast.JsonValueBehavior, clause: string): Expr => {
    if (!given) return constant(returns, null);
    const value = bindExpr(given, env);
    if (!isCoercible(value.type, returns))
      throw errorAt(
        given,
        "TYPE_MISMATCH",
        `Function JSON_VALUE default ${clause} result must evaluate to a ${formatType(returns)} (actual: ${formatType(value.type)})`,
      );
    return coerce(value, returns);
  };
  return called(
    valueCall(input.type, { type: returns, session: env.context.session }, types),
    [
      input,
      path,
      names,
      textConstant(node.onEmpty.action),
      textConstant(node.onError.action),
      otherwise(node.onEmpty, "ON EMPTY"),
      otherwise(node.onError, "ON ERROR"),
      ...passed,
    ],
    node,
  );
}

/** Whether JSON_VALUE can return a type. */
const isScalar = (type: Type): boolean =>
  isText(type) || isNumeric(type) || isTime(type) || type.kind === "boolean" || type.kind === "date";

function bindQuery(node: ast.JsonQuery, env: Env): Expr {
  const { input, path, names, passed, arguments: types } = bindInvocation(node.invocation, env);
  if (node.quotes && node.wrapper !== "WITHOUT")
    throw errorAt(
      node,
      "INVALID_FUNCTION_ARGUMENT",
      `${node.quotes} QUOTES behavior specified with WITH ${node.wrapper} ARRAY WRAPPER behavior`,
    );
  const options = {
    wrapper: node.wrapper,
    omitQuotes: node.quotes === "OMIT",
    onEmpty: node.onEmpty,
    onError: node.onError,
  };
  const result = called(
    queryCall(input.type, types),
    [input, path, names, textConstant(JSON.stringify(options)), ...passed],
    node,
  );
  return returning(result, node, node);
}

/** The JSON text, converted to the type of the RETURNING clause. */
function returning(
  value: Expr,
  { returning: node, returningFormat: format = "JSON" }: Output,
  at: TextPosition,
): Expr {
  if (!node) return value;
  const type = typeOf(node, at);
  if (format === "JSON" && isText(type)) return { kind: "cast", type, value, safe: false };
  if (type.kind === "varbinary") return called(encodeCall(format === "JSON" ? "UTF8" : format), [value], at);
  throw errorAt(
    at,
    "TYPE_MISMATCH",
    `Cannot output JSON value as ${formatType(type)} using formatting ${formatName(format)}`,
  );
}

type Output = Pick<ast.JsonQuery, "returning" | "returningFormat">;

const containers = new Set<Type["kind"]>(["array", "map", "row", "opaque", "function"]);

/**
 * Refuses a value that cannot be put into JSON. Trino reports a binary value at its own position, and other values that
 * contain unsupported types at the position of the call.
 */
function checkMember(value: Expr, { format, name, at, call }: Member): void {
  const { kind } = value.type;
  if (!format && (containers.has(kind) || kind === "varbinary"))
    throw errorAt(
      kind === "varbinary" ? at : call,
      "NOT_SUPPORTED",
      `Unsupported type of value passed to ${name} function: ${formatType(value.type)}`,
    );
}

interface Member {
  readonly format: boolean;
  readonly name: string;
  readonly at: TextPosition;
  readonly call: TextPosition;
}

function bindObject(node: ast.JsonObjectCall, env: Env): Expr {
  const members = node.members.map((member) => {
    const key = bindExpr(member.key, env);
    if (key.type.kind !== "varchar" && key.type.kind !== "char")
      throw errorAt(
        member.key,
        "INVALID_FUNCTION_ARGUMENT",
        `Invalid type of JSON object key: ${formatType(key.type)}`,
      );
    const { value, format } = bindInput(member.value, env);
    checkMember(value, { format, name: "JSON_OBJECT", at: member.value, call: node });
    return { key, value, argument: { type: value.type, format } };
  });
  const call = objectCall(
    members.map(({ key, argument }) => ({ key: key.type, value: argument })),
    { nullOnNull: node.nullOnNull, uniqueKeys: node.uniqueKeys },
  );
  const result = called(
    call,
    members.flatMap(({ key, value }) => [key, value]),
    node,
  );
  return returning(result, node, node);
}

function bindArray(node: ast.JsonArray, env: Env): Expr {
  const elements = node.elements.map((element) => {
    const { value, format } = bindInput(element, env);
    checkMember(value, { format, name: "JSON_ARRAY", at: element, call: node });
    return { value, argument: { type: value.type, format } };
  });
  const call = arrayCall(
    elements.map(({ argument }) => argument),
    node.nullOnNull,
  );
  const result = called(
    call,
    elements.map(({ value }) => value),
    node,
  );
  return returning(result, node, node);
}
