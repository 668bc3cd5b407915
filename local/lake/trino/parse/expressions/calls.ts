import type { TextPosition } from "../../types/errors";
import type { Expression, FunctionCall, QualifiedName } from "../ast";
import type { Grammar } from "../grammar";
import { identifier, optionalQuantifier, qualifiedName } from "../names";
import { orderBy } from "../sorting";
import { over, startsOver } from "./windows";

/** The call of a function for which the statement has an operator or a special form. */
export const call = (at: TextPosition, name: string, args: readonly Expression[]): FunctionCall => ({
  kind: "FunctionCall",
  ...at,
  name: { kind: "QualifiedName", ...at, parts: [{ kind: "Identifier", ...at, value: name, quoted: false }] },
  arguments: args,
  star: false,
  distinct: false,
});

/** Whether a call begins `ahead` tokens from here: a name of one or more parts, followed by a parenthesis. */
export const startsCall = (g: Grammar, ahead: number): boolean => {
  let i = ahead;
  if (!g.isNameAhead(i)) return false;
  while (g.peek(i + 1) === "." && g.isNameAhead(i + 2)) i += 2;
  return g.peek(i + 1) === "(";
};

/**
 * Parses `[RUNNING] name([DISTINCT] a, b ORDER BY c) FILTER (WHERE …) IGNORE NULLS OVER …`. Special forms become nodes
 * of their own.
 */
export const functionCall = (g: Grammar): Expression => {
  const { at } = g;
  const processingMode = startsCall(g, 1) ? g.acceptAny("RUNNING", "FINAL") : undefined;
  const name = qualifiedName(g);
  const args = callArguments(g);
  const filter = optionalFilter(g);
  const nullTreatment = optionalNullTreatment(g);
  if (nullTreatment !== undefined && !startsOver(g)) {
    g.is("OVER");
    g.unexpected();
  }
  const window = startsOver(g) ? over(g) : undefined;
  const written: FunctionCall = {
    kind: "FunctionCall",
    ...at,
    name,
    ...args,
    ...(filter === undefined ? {} : { filter }),
    ...(nullTreatment === undefined ? {} : { nullTreatment }),
    ...(window === undefined ? {} : { window }),
    ...(processingMode === undefined ? {} : { processingMode }),
  };
  return specialForm(g, written);
};

type CallArguments = Pick<FunctionCall, "arguments" | "star" | "distinct" | "label" | "orderBy">;

const callArguments = (g: Grammar): CallArguments => {
  g.expect("(");
  if (g.accept("*") !== undefined) {
    g.expect(")");
    return { arguments: [], star: true, distinct: false };
  }
  if (g.isNameAhead(0) && g.peek(1) === "." && g.peek(2) === "*") {
    const label = identifier(g);
    g.expect(".");
    g.expect("*");
    g.expect(")");
    return { arguments: [], star: true, distinct: false, label };
  }
  const quantifier = optionalQuantifier(g);
  const empty = quantifier === undefined && (g.is(")") || g.is("ORDER"));
  const args = empty ? [] : g.list(() => g.expression());
  const order = g.is("ORDER") ? orderBy(g) : undefined;
  g.expect(")");
  return {
    arguments: args,
    star: false,
    distinct: quantifier === "DISTINCT",
    ...(order === undefined ? {} : { orderBy: order }),
  };
};

/** Parses `FILTER (WHERE …)`. The word `filter` alone may be an alias. */
export const optionalFilter = (g: Grammar): Expression | undefined => {
  if (!g.isSequence("FILTER", "(")) return undefined;
  g.advance();
  return g.parenthesized(() => {
    g.expect("WHERE");
    return g.expression();
  });
};

const optionalNullTreatment = (g: Grammar): "IGNORE" | "RESPECT" | undefined => {
  for (const treatment of ["IGNORE", "RESPECT"] as const) {
    if (!g.isSequence(treatment, "NULLS")) continue;
    g.acceptSequence(treatment, "NULLS");
    return treatment;
  }
  return undefined;
};

const isNamed = (name: QualifiedName, word: string): boolean =>
  name.parts.length === 1 && name.parts[0]?.value.toLowerCase() === word;

/** The least and most arguments of each special form, with Trino's error for other numbers. */
const SPECIAL_FORMS: Readonly<Record<string, readonly [least: number, most: number, otherwise: string]>> = {
  if: [2, 3, "Invalid number of arguments for 'if' function"],
  nullif: [2, 2, "Invalid number of arguments for 'nullif' function"],
  coalesce: [2, Number.POSITIVE_INFINITY, "The 'coalesce' function must have at least two arguments"],
  try: [1, 1, "The 'try' function must have exactly one argument"],
  format: [2, Number.POSITIVE_INFINITY, "The 'format' function must have at least two arguments"],
};

/** Converts a call of IF, NULLIF, COALESCE, TRY or FORMAT to a node of its own. */
const specialForm = (g: Grammar, written: FunctionCall): Expression => {
  const { line, column, arguments: args } = written;
  const at = { line, column };
  const form = Object.keys(SPECIAL_FORMS).find((word) => isNamed(written.name, word));
  if (form === undefined) return written;
  checkSpecialForm(g, written, form);
  const [first = written, second = written, third] = args;
  switch (form) {
    case "if":
      return {
        kind: "If",
        ...at,
        condition: first,
        // biome-ignore lint/suspicious/noThenProperty: the word of the form; no node is ever awaited.
        then: second,
        ...(third === undefined ? {} : { otherwise: third }),
      };
    case "nullif":
      return { kind: "NullIf", ...at, first, second };
    case "coalesce":
      return { kind: "Coalesce", ...at, operands: args };
    case "try":
      return { kind: "Try", ...at, value: first };
    default:
      return { kind: "Format", ...at, arguments: args };
  }
};

const checkSpecialForm = (g: Grammar, written: FunctionCall, form: string): void => {
  const [least, most, otherwise] = SPECIAL_FORMS[form] ?? [0, 0, ""];
  const count = written.arguments.length;
  const { filter, window, distinct, nullTreatment, processingMode } = written;
  const faults: readonly (readonly [boolean, string])[] = [
    [count < least || count > most, otherwise],
    [window !== undefined, `OVER clause not valid for '${form}' function`],
    [distinct, `DISTINCT not valid for '${form}' function`],
    [nullTreatment !== undefined, `Null treatment clause not valid for '${form}' function`],
    [processingMode !== undefined, `Running or final semantics not valid for '${form}' function`],
    [filter !== undefined, `FILTER not valid for '${form}' function`],
  ];
  const fault = faults.find(([isFault]) => isFault);
  if (fault !== undefined) g.refuseLater(written, fault[1]);
};
