import type { IntervalField } from "../types/text/intervals";
import type { DataType, DateTimeType, GenericType, Identifier, NumericParameter, RowTypeField } from "./ast";
import { wholeNumberToken } from "./expressions/literals";
import type { Grammar } from "./grammar";
import { identifier } from "./names";
import { TokenType } from "./text/lexer";

export const INTERVAL_FIELDS = ["YEAR", "MONTH", "DAY", "HOUR", "MINUTE", "SECOND"] as const;

const isIntervalField = (type: string): boolean => (INTERVAL_FIELDS as readonly string[]).includes(type);

/** Parses a type, including any ARRAY after it, as in `varchar(10) ARRAY`. */
export const dataType = (g: Grammar): DataType =>
  g.nested(() =>
    g.labelled("<type>", () => {
      const { at } = g;
      let type = simpleType(g);
      for (let length = 1; g.is("ARRAY"); length++) {
        g.checkChain(length);
        const name = identifier(g);
        if (g.accept("[") !== undefined) {
          g.expect(TokenType.integer);
          g.expect("]");
          g.refuseLater(at, "Explicit array size not supported");
        }
        type = { kind: "GenericType", ...at, name, arguments: [type] };
      }
      return type;
    }),
  );

const simpleType = (g: Grammar): DataType => {
  const { at } = g;
  switch (g.token.type) {
    case "ROW":
      if (g.peek(1) !== "(") break;
      g.advance();
      return { kind: "RowType", ...at, fields: g.parenthesized(() => g.list(() => rowField(g))) };
    case "INTERVAL":
      if (isIntervalField(g.peek(1))) return intervalType(g);
      break;
    case "TIME":
    case "TIMESTAMP":
      return dateTimeType(g);
    case "DOUBLE":
      if (g.peek(1) !== "PRECISION") break;
      return doublePrecision(g);
    case "ARRAY":
    case "MAP":
      if (g.peek(1) === "<") return legacyType(g);
      break;
    default:
  }
  return genericType(g);
};

const intervalType = (g: Grammar): DataType => {
  const { at } = g.advance();
  const from: IntervalField = g.expectAny(...INTERVAL_FIELDS);
  const to = g.accept("TO") === undefined ? from : g.expectAny(...INTERVAL_FIELDS);
  return { kind: "IntervalType", ...at, from, to };
};

const dateTimeType = (g: Grammar): DateTimeType => {
  const { type, at } = g.advance();
  const precision = g.is("(") ? g.parenthesized(() => typeParameter(g)) : undefined;
  return {
    kind: "DateTimeType",
    ...at,
    base: type === "TIME" ? "time" : "timestamp",
    ...(precision === undefined ? {} : { precision }),
    withTimeZone: withTimeZone(g),
  };
};

const withTimeZone = (g: Grammar): boolean => {
  if (g.isSequence("WITHOUT", "TIME", "ZONE")) {
    for (let i = 0; i < 3; i++) g.advance();
    return false;
  }
  return g.acceptSequence("WITH", "TIME", "ZONE");
};

const doublePrecision = (g: Grammar): GenericType => {
  const { at } = g;
  const name = identifier(g);
  g.advance();
  return { kind: "GenericType", ...at, name, arguments: [] };
};

/** Parses the older syntax `array<bigint>` and `map<varchar, bigint>`. */
const legacyType = (g: Grammar): GenericType => {
  const { at } = g;
  const isMap = g.token.type === "MAP";
  const name = identifier(g);
  g.expect("<");
  const parameters = [dataType(g)];
  if (isMap) {
    g.expect(",");
    parameters.push(dataType(g));
  }
  g.expect(">");
  return { kind: "GenericType", ...at, name, arguments: parameters };
};

const genericType = (g: Grammar): GenericType => {
  const { at } = g;
  const name: Identifier = identifier(g);
  const parameters = g.is("(") ? g.parenthesized(() => g.list(() => typeParameter(g))) : [];
  return { kind: "GenericType", ...at, name, arguments: parameters };
};

const typeParameter = (g: Grammar): DataType | NumericParameter => {
  const { at } = g;
  const number = g.accept(TokenType.integer);
  return number === undefined
    ? dataType(g)
    : { kind: "NumericParameter", ...at, value: wholeNumberToken(number.text) };
};

const rowField = (g: Grammar): RowTypeField => {
  const { at } = g;
  if (!isNamedField(g)) return { kind: "RowField", ...at, type: dataType(g) };
  return { kind: "RowField", ...at, name: identifier(g), type: dataType(g) };
};

/**
 * Whether a name and a type come next, as in `x double`. `double precision` and `bigint array` are types of two words.
 */
const isNamedField = (g: Grammar): boolean => {
  if (!g.isNameAhead(0) || !g.isNameAhead(1)) return false;
  const second = g.peek(1);
  switch (g.token.type) {
    case "DOUBLE":
      if (second === "PRECISION") return false;
      break;
    case "INTERVAL":
      if (isIntervalField(second)) return false;
      break;
    case "TIME":
    case "TIMESTAMP":
      if (second === "WITHOUT" && g.peek(2) === "TIME") return false;
      break;
    default:
  }
  return second !== "ARRAY" || g.peek(2) === "(" || g.peek(2) === "<";
};
