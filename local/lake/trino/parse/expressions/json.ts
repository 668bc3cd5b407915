import type {
  DataType,
  Expression,
  JsonArray,
  JsonExists,
  JsonFormat,
  JsonInput,
  JsonObjectCall,
  JsonObjectMember,
  JsonPathInvocation,
  JsonPathParameter,
  JsonQuery,
  JsonQueryBehavior,
  JsonValue,
  JsonValueBehavior,
} from "../ast";
import type { Grammar } from "../grammar";
import { identifier, startsExpression } from "../names";

/** Parses `FORMAT JSON [ENCODING UTF8]`. */
export const jsonFormat = (g: Grammar): JsonFormat => {
  g.expect("FORMAT");
  g.expect("JSON");
  return g.accept("ENCODING") === undefined ? "JSON" : g.expectAny("UTF8", "UTF16", "UTF32");
};

const jsonInput = (g: Grammar): JsonInput => {
  const { at } = g;
  const value = g.expression();
  const format = g.is("FORMAT") ? jsonFormat(g) : undefined;
  return { kind: "JsonInput", ...at, value, ...(format === undefined ? {} : { format }) };
};

export const jsonPathInvocation = (g: Grammar): JsonPathInvocation => {
  const { at } = g;
  const input = jsonInput(g);
  g.expect(",");
  const path = g.string();
  if (g.accept("AS") !== undefined) identifier(g);
  const passing = g.accept("PASSING") === undefined ? [] : g.list(() => jsonPathParameter(g));
  return { kind: "JsonPathInvocation", ...at, input, path, passing };
};

const jsonPathParameter = (g: Grammar): JsonPathParameter => {
  const { at } = g;
  const input = jsonInput(g);
  g.expect("AS");
  return { kind: "JsonPathParameter", ...at, name: identifier(g), input };
};

export const jsonExists = (g: Grammar): JsonExists => {
  const { at } = g.expect("JSON_EXISTS");
  return g.parenthesized(() => {
    const invocation = jsonPathInvocation(g);
    const onError = g.acceptAny("TRUE", "FALSE", "UNKNOWN", "ERROR");
    if (onError !== undefined) {
      g.expect("ON");
      g.expect("ERROR");
    }
    return { kind: "JsonExists", ...at, invocation, onError: onError ?? "FALSE" };
  });
};

export const jsonValue = (g: Grammar): JsonValue => {
  const { at } = g.expect("JSON_VALUE");
  return g.parenthesized(() => {
    const invocation = jsonPathInvocation(g);
    const returning = g.accept("RETURNING") === undefined ? undefined : g.type();
    const { onEmpty, onError } = behaviors(g, valueBehavior);
    return {
      kind: "JsonValue",
      ...at,
      invocation,
      ...(returning === undefined ? {} : { returning }),
      onEmpty: onEmpty ?? { action: "NULL" },
      onError: onError ?? { action: "NULL" },
    };
  });
};

/** Parses `behavior ON EMPTY behavior ON ERROR`. Either may be omitted, but their order is fixed. */
export const behaviors = <T>(
  g: Grammar,
  behavior: (g: Grammar) => T | undefined,
): { readonly onEmpty: T | undefined; readonly onError: T | undefined } => {
  const first = behavior(g);
  if (first === undefined) return { onEmpty: undefined, onError: undefined };
  g.expect("ON");
  if (g.expectAny("EMPTY", "ERROR") === "ERROR") return { onEmpty: undefined, onError: first };
  const second = behavior(g);
  if (second === undefined) return { onEmpty: first, onError: undefined };
  g.expect("ON");
  g.expect("ERROR");
  return { onEmpty: first, onError: second };
};

export const valueBehavior = (g: Grammar): JsonValueBehavior | undefined => {
  const action = g.acceptAny("ERROR", "NULL", "DEFAULT");
  if (action === undefined) return undefined;
  return action === "DEFAULT" ? { action, value: g.expression() } : { action };
};

export const queryBehavior = (g: Grammar): JsonQueryBehavior | undefined => {
  const action = g.acceptAny("ERROR", "NULL", "EMPTY");
  return action === "EMPTY" ? `EMPTY ${g.expectAny("ARRAY", "OBJECT")}` : action;
};

export const jsonQuery = (g: Grammar): JsonQuery => {
  const { at } = g.expect("JSON_QUERY");
  return g.parenthesized(() => {
    const invocation = jsonPathInvocation(g);
    const output = returningJson(g);
    const wrapper = queryWrapper(g);
    const quotes = queryQuotes(g);
    const { onEmpty, onError } = behaviors(g, queryBehavior);
    return {
      kind: "JsonQuery",
      ...at,
      invocation,
      ...output,
      wrapper,
      ...(quotes === undefined ? {} : { quotes }),
      onEmpty: onEmpty ?? "NULL",
      onError: onError ?? "NULL",
    };
  });
};

/** Parses `WITH [CONDITIONAL | UNCONDITIONAL] [ARRAY] WRAPPER`. */
export const queryWrapper = (g: Grammar): JsonQuery["wrapper"] => {
  let wrapper: JsonQuery["wrapper"] = "WITHOUT";
  if (g.accept("WITH") !== undefined)
    wrapper = g.acceptAny("CONDITIONAL", "UNCONDITIONAL") ?? "UNCONDITIONAL";
  else if (g.accept("WITHOUT") === undefined) return wrapper;
  g.accept("ARRAY");
  g.expect("WRAPPER");
  return wrapper;
};

/** Parses `OMIT QUOTES ON SCALAR STRING`. */
export const queryQuotes = (g: Grammar): "KEEP" | "OMIT" | undefined => {
  const quotes = g.acceptAny("KEEP", "OMIT");
  if (quotes === undefined) return undefined;
  g.expect("QUOTES");
  if (g.acceptSequence("ON", "SCALAR")) g.expect("STRING");
  return quotes;
};

const returningJson = (
  g: Grammar,
): { readonly returning?: DataType; readonly returningFormat?: JsonFormat } => {
  if (g.accept("RETURNING") === undefined) return {};
  const returning = g.type();
  return g.is("FORMAT") ? { returning, returningFormat: jsonFormat(g) } : { returning };
};

/**
 * Whether the elements of JSON_OBJECT or JSON_ARRAY begin here, rather than the clauses after them. The word
 * `returning` may also be a column.
 */
const hasElements = (g: Grammar): boolean => !g.is(")") && !(g.is("RETURNING") && g.isNameAhead(1));

export const jsonObject = (g: Grammar): JsonObjectCall => {
  const { at } = g.expect("JSON_OBJECT");
  return g.parenthesized(() => {
    const filled = hasElements(g);
    const members = filled ? g.list(() => jsonObjectMember(g)) : [];
    const nulls = filled ? onNull(g) : undefined;
    const uniqueKeys = filled && uniqueKeysClause(g);
    return {
      kind: "JsonObject",
      ...at,
      members,
      nullOnNull: nulls !== "ABSENT",
      uniqueKeys,
      ...returningJson(g),
    };
  });
};

const onNull = (g: Grammar): "NULL" | "ABSENT" | undefined => {
  const nulls = g.acceptAny("NULL", "ABSENT");
  if (nulls === undefined) return undefined;
  g.expect("ON");
  g.expect("NULL");
  return nulls;
};

const uniqueKeysClause = (g: Grammar): boolean => {
  const word = g.acceptAny("WITH", "WITHOUT");
  if (word === undefined) return false;
  g.expect("UNIQUE");
  g.accept("KEYS");
  return word === "WITH";
};

/** Parses `KEY name VALUE value`, `name VALUE value` or `name : value`. */
const jsonObjectMember = (g: Grammar): JsonObjectMember => {
  const { at } = g;
  const withKey = g.is("KEY") && startsExpression(g, 1) && (g.peek(1) !== "VALUE" || g.peek(2) === "VALUE");
  if (withKey) g.advance();
  const key: Expression = g.expression();
  if (withKey || g.accept(":") === undefined) g.expect("VALUE");
  return { kind: "JsonObjectMember", ...at, key, value: jsonInput(g) };
};

export const jsonArray = (g: Grammar): JsonArray => {
  const { at } = g.expect("JSON_ARRAY");
  return g.parenthesized(() => {
    const filled = hasElements(g);
    const elements = filled ? g.list(() => jsonInput(g)) : [];
    const nulls = filled ? onNull(g) : undefined;
    return { kind: "JsonArray", ...at, elements, nullOnNull: nulls === "NULL", ...returningJson(g) };
  });
};
