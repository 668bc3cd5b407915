import type * as ast from "../../parse/ast";
import { commonType } from "../../types/coercion";
import { isComparable, isOrderable } from "../../types/comparable";
import { errorAt, type TextPosition } from "../../types/errors";
import { formatType } from "../../types/format";
import {
  arrayOf,
  bigint,
  boolean,
  double,
  integer,
  isIntegral,
  isText,
  isTime,
  rowOf,
  type Type,
  type TypeOf,
  timeOf,
  unknown,
  varbinary,
  varchar,
} from "../../types/types";
import { bindExpr, type Env } from "../context";
import type { Expr } from "../tree";
import { bindCall, bindNamedCall } from "./calls";
import { bindCast } from "./casts";
import { coerce } from "./coerce";
import { bindBoolean } from "./conditions";
import { bindCurrentTime } from "./current";
import { bindJson } from "./json";
import {
  constant,
  decimalConstant,
  genericConstant,
  intervalConstant,
  longConstant,
  textConstant,
} from "./literals";
import { bindArithmetic, bindComparison } from "./operators";
import { resolveDereference, resolveName } from "./references";
import { bindExists, bindInSubquery, bindQuantified, bindScalarSubquery } from "./subqueries";

/**
 * Binds an expression: resolves its names and determines its type.
 *
 * @throws TrinoError when Trino refuses the expression.
 */
export function bindExpression(node: ast.Expression, env: Env): Expr {
  switch (node.kind) {
    case "NullLiteral":
      return constant(unknown, null);
    case "BooleanLiteral":
      return constant(boolean, node.value);
    case "StringLiteral":
      return textConstant(node.value);
    case "BinaryLiteral":
      return constant(varbinary, node.value);
    case "LongLiteral":
      return longConstant(node.value);
    case "DecimalLiteral":
      return decimalConstant(node.text, node);
    case "DoubleLiteral":
      return constant(double, node.value);
    case "GenericLiteral":
      return genericConstant(node.type, node.value, node, env.context.session.zone);
    case "IntervalLiteral":
      return intervalConstant(node);
    case "Parameter":
      return bindParameter(node, env);
    case "Identifier":
      return resolveName(node, env);
    case "Dereference":
      return resolveDereference(node, env);
    case "Subscript":
      return bindSubscript(node, env);
    case "ArithmeticUnary":
      return bindUnary(node, env);
    case "ArithmeticBinary":
      return bindArithmetic(node.operator, bindExpr(node.left, env), bindExpr(node.right, env), node);
    case "Comparison":
      return bindComparison(node.operator, bindExpr(node.left, env), bindExpr(node.right, env), node);
    case "Between":
      return bindBetween(node, env);
    case "InList":
      return bindInList(node, env);
    case "InSubquery":
      return bindInSubquery(node, env);
    case "Like":
      return bindLike(node, env);
    case "IsNull":
      return { kind: "isNull", type: boolean, value: bindExpr(node.value, env) };
    case "IsNotNull":
      return {
        kind: "not",
        type: boolean,
        value: { kind: "isNull", type: boolean, value: bindExpr(node.value, env) },
      };
    case "Not":
      return {
        kind: "not",
        type: boolean,
        value: bindBoolean(node.value, env, "Value of logical NOT expression"),
      };
    case "Logical":
      return {
        kind: "logical",
        type: boolean,
        operator: node.operator,
        terms: node.terms.map((term) => bindBoolean(term, env, "Logical expression term")),
      };
    case "QuantifiedComparison":
      return bindQuantified(node, env);
    case "Exists":
      return bindExists(node, env);
    case "ScalarSubquery":
      return bindScalarSubquery(node, env);
    case "AtTimeZone":
      return bindAtTimeZone(node, env);
    case "RowConstructor": {
      const items = node.items.map((item) => bindExpr(item, env));
      return { kind: "row", type: rowOf(items.map(({ type }) => ({ type }))) as TypeOf<"row">, items };
    }
    case "ArrayConstructor": {
      const { items, type } = bindCommon(node.items, env, "All ARRAY elements");
      return { kind: "array", type: arrayOf(type) as TypeOf<"array">, items };
    }
    case "FunctionCall":
      return bindCall(node, env);
    case "Lambda":
      throw errorAt(node, "TYPE_MISMATCH", "Lambda expression should always be used inside a function");
    case "SimpleCase":
      return bindSimpleCase(node, env);
    case "SearchedCase":
      return bindCase(
        node.whens.map(({ operand }) => bindBoolean(operand, env, "CASE WHEN clause")),
        node,
        env,
      );
    case "If":
      return bindIf(node, env);
    case "NullIf":
      return bindNullIf(node, env);
    case "Coalesce": {
      const { items, type } = bindCommon(node.operands, env, "All COALESCE operands");
      return { kind: "coalesce", type, operands: items };
    }
    case "Try": {
      const value = bindExpr(node.value, env);
      return { kind: "try", type: value.type, value };
    }
    case "Format":
      return bindNamedCall("format", node.arguments, node, env);
    case "Cast":
      return bindCast(node, env);
    case "Extract":
      return bindExtract(node, env);
    case "Trim":
      return bindTrim(node, env);
    case "CurrentTime":
      return bindCurrentTime(node, env.context.session);
    case "CurrentName":
      return bindCurrentName(node, env);
    case "Grouping":
      return {
        kind: "grouping",
        type: node.columns.length > 31 ? bigint : integer,
        columns: node.columns.map((name) => resolveQualified(name, env)),
        at: node,
      };
    case "WindowMeasure":
      throw errorAt(node, "NOT_SUPPORTED", "row pattern recognition in windows is not supported here");
    case "JsonExists":
    case "JsonValue":
    case "JsonQuery":
    case "JsonObject":
    case "JsonArray":
      return bindJson(node, env);
  }
}

/** Binds expressions and coerces them to their common type. */
function bindCommon(nodes: readonly ast.Expression[], env: Env, what: string): { items: Expr[]; type: Type } {
  const exprs = nodes.map((node) => bindExpr(node, env));
  const type = commonOf(
    exprs.map((expr, index) => ({ expr, at: nodes[index] })),
    what,
  );
  return { items: exprs.map((expr) => coerce(expr, type)), type };
}

function commonOf(
  values: readonly { readonly expr: Expr; readonly at: TextPosition | undefined }[],
  what: string,
): Type {
  let type: Type = unknown;
  for (const { expr, at } of values) {
    const next = commonType(type, expr.type);
    if (!next) {
      const all = [...new Set(values.map((value) => formatType(value.expr.type)))].join(", ");
      throw errorAt(
        at,
        "TYPE_MISMATCH",
        `${what} must be the same type or coercible to a common type. Cannot find common type between ${formatType(type)} and ${formatType(expr.type)}, all types (without duplicates): [${all}]`,
      );
    }
    type = next;
  }
  return type;
}

function bindParameter(node: ast.Parameter, env: Env): Expr {
  const { parameters } = env.context;
  const found = parameters[node.index];
  if (!found)
    throw errorAt(
      node,
      "INVALID_PARAMETER_USAGE",
      `Incorrect number of parameters: expected ${node.index + 1} but found ${parameters.length}`,
    );
  return found;
}

function resolveQualified(name: ast.QualifiedName, env: Env): Expr {
  const [first, ...rest] = name.parts;
  if (!first) throw errorAt(name, "COLUMN_NOT_FOUND", "Column '' cannot be resolved");
  const expression = rest.reduce<ast.Identifier | ast.Dereference>(
    (base, field) => ({ kind: "Dereference", base, field, line: name.line, column: name.column }),
    first,
  );
  return bindExpr(expression, env);
}

function bindUnary(node: ast.ArithmeticUnary, env: Env): Expr {
  const value = bindExpr(node.value, env);
  const { kind } = value.type;
  const signed =
    isIntegral(value.type) ||
    ["real", "double", "decimal", "interval day to second", "interval year to month"].includes(kind);
  if (!signed && kind !== "unknown")
    throw errorAt(
      node,
      "TYPE_MISMATCH",
      node.operator === "-"
        ? `Cannot negate ${formatType(value.type)}`
        : `Unary '+' operator cannot by applied to ${formatType(value.type)} type`,
    );
  if (kind === "unknown" && node.operator === "-")
    throw errorAt(
      undefined,
      "AMBIGUOUS_FUNCTION_CALL",
      "Could not choose a best candidate operator. Explicit type casts must be added.",
    );
  return node.operator === "+" ? value : { kind: "negate", type: value.type, value };
}

function bindBetween(node: ast.Between, env: Env): Expr {
  const [value, min, max] = [node.value, node.min, node.max].map((part) => bindExpr(part, env)) as [
    Expr,
    Expr,
    Expr,
  ];
  const low = commonType(value.type, min.type);
  const type = low && commonType(low, max.type);
  if (!type || !isOrderable(type))
    throw errorAt(
      node,
      "TYPE_MISMATCH",
      `Cannot check if ${formatType(value.type)} is BETWEEN ${formatType(min.type)} and ${formatType(max.type)}`,
    );
  return {
    kind: "between",
    type: boolean,
    value: coerce(value, type),
    min: coerce(min, type),
    max: coerce(max, type),
  };
}

function bindInList(node: ast.InList, env: Env): Expr {
  const { items, type } = bindCommon([node.value, ...node.items], env, "IN value and list items");
  if (!isComparable(type))
    throw errorAt(node, "TYPE_MISMATCH", `Cannot apply operator: ${formatType(type)} = ${formatType(type)}`);
  const [value, ...rest] = items;
  if (!value) throw new Error("IN without a value");
  return { kind: "in", type: boolean, value, items: rest };
}

function bindLike(node: ast.Like, env: Env): Expr {
  const value = bindExpr(node.value, env);
  if (!isText(value.type) && value.type.kind !== "unknown")
    throw errorAt(
      node.value,
      "TYPE_MISMATCH",
      `Left side of LIKE expression must evaluate to a varchar (actual: ${formatType(value.type)})`,
    );
  const text = (part: ast.Expression, what: string) => {
    const expr = bindExpr(part, env);
    if (expr.type.kind !== "varchar" && expr.type.kind !== "unknown")
      throw errorAt(
        part,
        "TYPE_MISMATCH",
        `${what} for LIKE expression must evaluate to a varchar (actual: ${formatType(expr.type)})`,
      );
    return coerce(expr, varchar);
  };
  const pattern = text(node.pattern, "Pattern");
  const escapeBy = node.escape && text(node.escape, "Escape");
  return {
    kind: "like",
    type: boolean,
    value: value.type.kind === "unknown" ? coerce(value, varchar) : value,
    pattern,
    ...(escapeBy && { escape: escapeBy }),
  };
}

function bindSimpleCase(node: ast.SimpleCase, env: Env): Expr {
  const operand = bindExpr(node.operand, env);
  const conditions = node.whens.map((when) => {
    const value = bindExpr(when.operand, env);
    const type = commonType(operand.type, value.type);
    if (!type || !isComparable(type))
      throw errorAt(
        when.operand,
        "TYPE_MISMATCH",
        `CASE operand type does not match WHEN clause operand type: ${formatType(operand.type)} vs ${formatType(value.type)}`,
      );
    return { ...bindComparison("=", operand, value, when), keepsCasts: true } as const;
  });
  return bindCase(conditions, node, env);
}

function bindCase(conditions: readonly Expr[], node: ast.SimpleCase | ast.SearchedCase, env: Env): Expr {
  const results = node.whens.map(({ result }) => ({
    expr: bindExpr(result, env),
    at: result as TextPosition,
  }));
  const otherwise = node.otherwise && {
    expr: bindExpr(node.otherwise, env),
    at: node.otherwise as TextPosition,
  };
  const type = commonOf(otherwise ? [...results, otherwise] : results, "All CASE results");
  return {
    kind: "case",
    type,
    whens: conditions.map((condition, index) => ({
      condition,
      result: coerce(results[index]?.expr ?? constant(type, null), type),
    })),
    otherwise: otherwise ? coerce(otherwise.expr, type) : constant(type, null),
  };
}

function bindIf(node: ast.If, env: Env): Expr {
  const condition = bindBoolean(node.condition, env, "IF condition");
  const then = bindExpr(node.then, env);
  const otherwise = node.otherwise ? bindExpr(node.otherwise, env) : constant(then.type, null);
  const type = commonType(then.type, otherwise.type);
  if (!type)
    throw errorAt(
      node,
      "TYPE_MISMATCH",
      `Result types for IF must be the same: ${formatType(then.type)} vs ${formatType(otherwise.type)}`,
    );
  return {
    kind: "case",
    type,
    whens: [{ condition, result: coerce(then, type) }],
    otherwise: coerce(otherwise, type),
  };
}

function bindNullIf(node: ast.NullIf, env: Env): Expr {
  const first = bindExpr(node.first, env);
  const second = bindExpr(node.second, env);
  const type = commonType(first.type, second.type);
  if (!type || !isComparable(type))
    throw errorAt(
      node,
      "TYPE_MISMATCH",
      `Types are not comparable with NULLIF: ${formatType(first.type)} vs ${formatType(second.type)}`,
    );
  const condition = { ...bindComparison("=", first, second, node), keepsCasts: true } as const;
  return { kind: "nullIf", type: first.type, first, condition };
}

function bindSubscript(node: ast.Subscript, env: Env): Expr {
  const base = bindExpr(node.base, env);
  if (base.type.kind === "row") return bindRowSubscript(node, base, base.type);
  const index = bindExpr(node.index, env);
  const refuse = () =>
    errorAt(
      node,
      "TYPE_MISMATCH",
      `Cannot use ${formatType(index.type)} for subscript of ${formatType(base.type)}`,
    );
  if (base.type.kind === "array") {
    if (commonType(index.type, bigint)?.kind !== "bigint") throw refuse();
    return { kind: "subscript", type: base.type.element, base, index: coerce(index, bigint) };
  }
  if (base.type.kind === "map") {
    const common = commonType(index.type, base.type.key);
    if (!common || formatType(common) !== formatType(base.type.key)) {
      // A string that is longer than the map's keys can be is allowed, and is never found.
      if (common?.kind !== "varchar") throw refuse();
      const widened: Type = { kind: "map", key: common, value: base.type.value };
      return {
        kind: "subscript",
        type: base.type.value,
        base: coerce(base, widened),
        index: coerce(index, common),
      };
    }
    return { kind: "subscript", type: base.type.value, base, index: coerce(index, base.type.key) };
  }
  throw refuse();
}

function bindRowSubscript(node: ast.Subscript, base: Expr, type: TypeOf<"row">): Expr {
  if (node.index.kind !== "LongLiteral")
    throw errorAt(
      node.index,
      "EXPRESSION_NOT_CONSTANT",
      "Subscript expression on ROW requires a constant index",
    );
  const index = Number(node.index.value);
  const count = type.fields.length;
  if (index < 1)
    throw errorAt(
      node.index,
      "INVALID_FUNCTION_ARGUMENT",
      `Invalid subscript index: ${index}. ROW indices start at 1`,
    );
  const field = type.fields[index - 1];
  if (!field)
    throw errorAt(
      node.index,
      "INVALID_FUNCTION_ARGUMENT",
      `Subscript index out of bounds: ${index}, max value is ${count}`,
    );
  return { kind: "field", type: field.type, base, index: index - 1 };
}

function bindAtTimeZone(node: ast.AtTimeZone, env: Env): Expr {
  const value = bindExpr(node.value, env);
  const zone = bindExpr(node.timeZone, env);
  if (!isTime(value.type))
    throw errorAt(
      node.value,
      "TYPE_MISMATCH",
      `Type of value must be a time or timestamp with or without time zone (actual ${formatType(value.type)})`,
    );
  const kind = value.type.kind.startsWith("timestamp") ? "timestamp with time zone" : "time with time zone";
  const type = timeOf(kind, value.type.precision);
  return { kind: "atTimeZone", type, value: coerce(value, type), zone };
}

const extractFunctions: Readonly<Record<ast.ExtractField, string>> = {
  YEAR: "year",
  QUARTER: "quarter",
  MONTH: "month",
  WEEK: "week",
  DAY: "day",
  DAY_OF_MONTH: "day",
  DAY_OF_WEEK: "day_of_week",
  DOW: "day_of_week",
  DAY_OF_YEAR: "day_of_year",
  DOY: "day_of_year",
  YEAR_OF_WEEK: "year_of_week",
  YOW: "year_of_week",
  HOUR: "hour",
  MINUTE: "minute",
  SECOND: "second",
  TIMEZONE_MINUTE: "timezone_minute",
  TIMEZONE_HOUR: "timezone_hour",
};

function bindExtract(node: ast.Extract, env: Env): Expr {
  const { type } = bindExpr(node.value, env);
  if (type.kind !== "date" && !isTime(type) && !type.kind.startsWith("interval"))
    throw errorAt(
      node.value,
      "TYPE_MISMATCH",
      `Type of argument to extract must be DATE, TIME, TIMESTAMP, or INTERVAL (actual ${formatType(type)})`,
    );
  if (!holds(type.kind, node.field))
    throw errorAt(node.value, "TYPE_MISMATCH", `Cannot extract ${node.field} from ${formatType(type)}`);
  return bindNamedCall(extractFunctions[node.field], [node.value], node, env);
}

/** Whether values of a type have a field for EXTRACT. */
function holds(type: Type["kind"], field: ast.ExtractField): boolean {
  switch (field) {
    case "YEAR":
    case "MONTH":
      return (type !== "interval day to second" && !type.startsWith("time")) || type.startsWith("timestamp");
    case "DAY":
      return type !== "interval year to month" && (!type.startsWith("time") || type.startsWith("timestamp"));
    case "HOUR":
    case "MINUTE":
    case "SECOND":
      return type !== "date" && type !== "interval year to month";
    case "TIMEZONE_MINUTE":
    case "TIMEZONE_HOUR":
      return type.endsWith("with time zone");
    default:
      return type === "date" || type.startsWith("timestamp");
  }
}

const trimFunctions = { BOTH: "trim", LEADING: "ltrim", TRAILING: "rtrim" } as const;

function bindTrim(node: ast.Trim, env: Env): Expr {
  const parts = node.characters ? [node.source, node.characters] : [node.source];
  // Trino reports errors of this call without a position.
  return bindNamedCall(trimFunctions[node.specification], parts, undefined, env);
}

function bindCurrentName(node: ast.CurrentName, env: Env): Expr {
  const { context } = env;
  switch (node.function) {
    case "CURRENT_USER":
      return constant(varchar, context.session.user);
    case "CURRENT_CATALOG":
      return constant(varchar, context.catalog.name);
    case "CURRENT_SCHEMA":
      return constant(varchar, context.schema);
    case "CURRENT_PATH":
      return constant(varchar, "");
  }
}
