import type { Expression, ExtractField, StringLiteral, Trim } from "../ast";
import type { Grammar } from "../grammar";
import { identifier, optionalQuantifier } from "../names";
import { orderBy } from "../sorting";
import { call, optionalFilter } from "./calls";
import { isString } from "./literals";

/** Parses `CAST(value AS type)` or `TRY_CAST(value AS type)`. */
export const castForm = (g: Grammar): Expression => {
  const { type: word, at } = g.advance();
  return g.parenthesized(() => {
    const value = g.expression();
    g.expect("AS");
    return { kind: "Cast", ...at, value, type: g.type(), safe: word === "TRY_CAST" };
  });
};

const EXTRACT_FIELDS: readonly ExtractField[] = [
  "YEAR",
  "QUARTER",
  "MONTH",
  "WEEK",
  "DAY",
  "DAY_OF_MONTH",
  "DAY_OF_WEEK",
  "DOW",
  "DAY_OF_YEAR",
  "DOY",
  "YEAR_OF_WEEK",
  "YOW",
  "HOUR",
  "MINUTE",
  "SECOND",
  "TIMEZONE_MINUTE",
  "TIMEZONE_HOUR",
];

/** Parses `EXTRACT(field FROM value)`. */
export const extract = (g: Grammar): Expression => {
  const { at } = g.expect("EXTRACT");
  return g.parenthesized(() => {
    const name = identifier(g);
    const field = EXTRACT_FIELDS.find((known) => known === name.value.toUpperCase() && !name.quoted);
    if (field === undefined) {
      const written = name.quoted ? `"${name.value}"` : name.value;
      g.refuseLater(at, `Invalid EXTRACT field ${written}, valid fields are: ${EXTRACT_FIELDS.join(", ")}`);
    }
    g.expect("FROM");
    return { kind: "Extract", ...at, field: field ?? "YEAR", value: g.valueExpression() };
  });
};

/** Parses `TRIM(LEADING 'x' FROM value)`, `TRIM(value)` or `TRIM(value, 'x')`. */
export const trim = (g: Grammar): Trim => {
  const { at } = g.expect("TRIM");
  const hasFrom = g.hasInParentheses(0, "FROM");
  return g.parenthesized(() => {
    const specification = optionalTrimSpecification(g, hasFrom);
    const first = hasFrom && g.is("FROM") ? undefined : g.valueExpression();
    const trimmed = { kind: "Trim", ...at, specification: specification ?? "BOTH" } as const;
    if (specification !== undefined || g.is("FROM")) {
      g.expect("FROM");
      return {
        ...trimmed,
        source: g.valueExpression(),
        ...(first === undefined ? {} : { characters: first }),
      };
    }
    const source = first ?? g.unexpected();
    return g.accept(",") === undefined
      ? { ...trimmed, source }
      : { ...trimmed, source, characters: g.valueExpression() };
  });
};

/** The three words may also be names, as in `TRIM(leading)`. */
const optionalTrimSpecification = (g: Grammar, hasFrom: boolean): Trim["specification"] | undefined => {
  if (!g.isAny("LEADING", "TRAILING", "BOTH") || !hasFrom) return undefined;
  return g.acceptAny("LEADING", "TRAILING", "BOTH");
};

/** Parses `SUBSTRING(value FROM start FOR length)`. */
export const substring = (g: Grammar): Expression => {
  const { at } = g.expect("SUBSTRING");
  return g.parenthesized(() => {
    const args = [g.valueExpression()];
    g.expect("FROM");
    args.push(g.valueExpression());
    if (g.accept("FOR") !== undefined) args.push(g.valueExpression());
    return call(at, "substring", args);
  });
};

/** Parses `POSITION(part IN whole)`. */
export const position = (g: Grammar): Expression => {
  const { at } = g.expect("POSITION");
  return g.parenthesized(() => {
    const part = g.valueExpression();
    g.expect("IN");
    return call(at, "strpos", [g.valueExpression(), part]);
  });
};

/** Parses `NORMALIZE(value, NFD)`. The default form is NFC. */
export const normalize = (g: Grammar): Expression => {
  const { at } = g.expect("NORMALIZE");
  return g.parenthesized(() => {
    const value = g.valueExpression();
    const form = g.accept(",") === undefined ? "NFC" : g.expectAny("NFD", "NFC", "NFKD", "NFKC");
    return call(at, "normalize", [value, { kind: "StringLiteral", ...at, value: form }]);
  });
};

/**
 * Parses `LISTAGG(value, separator ON OVERFLOW TRUNCATE '…' WITH COUNT) WITHIN GROUP (ORDER BY …)`. Omitted arguments
 * get their defaults, so that there are always five.
 */
export const listagg = (g: Grammar): Expression => {
  const { at } = g.expect("LISTAGG");
  const text = (value: string): StringLiteral => ({ kind: "StringLiteral", ...at, value });
  g.expect("(");
  const distinct = optionalQuantifier(g) === "DISTINCT";
  const value = g.expression();
  const separator = g.accept(",") === undefined ? text("") : g.string();
  let overflow: "ERROR" | "TRUNCATE" = "ERROR";
  let filler = text("...");
  let count = false;
  if (g.acceptSequence("ON", "OVERFLOW")) {
    overflow = g.expectAny("ERROR", "TRUNCATE");
    if (overflow === "TRUNCATE") {
      if (isString(g.token.type)) filler = g.string();
      count = g.expectAny("WITH", "WITHOUT") === "WITH";
      g.expect("COUNT");
    }
  }
  g.expect(")");
  g.expect("WITHIN");
  g.expect("GROUP");
  const order = g.parenthesized(() => orderBy(g));
  const filter = optionalFilter(g);
  return {
    ...call(at, "listagg", [
      value,
      separator,
      { kind: "BooleanLiteral", ...at, value: overflow === "ERROR" },
      filler,
      { kind: "BooleanLiteral", ...at, value: count },
    ]),
    distinct,
    orderBy: order,
    ...(filter === undefined ? {} : { filter }),
  };
};
