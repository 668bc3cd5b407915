import type { FrameBound, Identifier, Window, WindowFrame, WindowSpecification } from "../ast";
import type { Grammar } from "../grammar";
import { identifier } from "../names";
import { optionalOrderBy } from "../sorting";

/** Whether OVER begins a window here. Otherwise it is an alias. */
export const startsOver = (g: Grammar): boolean => g.is("OVER") && (g.peek(1) === "(" || g.isNameAhead(1));

/** Parses `OVER name` or `OVER (…)`. */
export const over = (g: Grammar): Window => {
  const { at } = g.expect("OVER");
  if (g.isName()) return { kind: "WindowReference", ...at, name: identifier(g) };
  return g.parenthesized(() => windowSpecification(g));
};

export const windowSpecification = (g: Grammar): WindowSpecification => {
  const { at } = g;
  const existing = existingWindow(g);
  let partitionBy: WindowSpecification["partitionBy"] = [];
  if (g.acceptSequence("PARTITION", "BY")) partitionBy = g.list(() => g.expression());
  const orderBy = optionalOrderBy(g);
  const frame = optionalFrame(g);
  return {
    kind: "WindowSpecification",
    ...at,
    ...(existing === undefined ? {} : { existing }),
    partitionBy,
    ...(orderBy === undefined ? {} : { orderBy }),
    ...(frame === undefined ? {} : { frame }),
  };
};

/**
 * Parses the name of an existing window, as in `(w ORDER BY x)`. It must not be a word that begins a clause, as in
 * `(PARTITION BY x)` or `(ROWS 1 PRECEDING)`.
 */
const existingWindow = (g: Grammar): Identifier | undefined => {
  const { type } = g.token;
  const next = g.peek(1);
  if (type === "PARTITION" && next === "BY") return undefined;
  const mayBeFrame = type === "RANGE" || type === "ROWS" || type === "GROUPS" || type === "MEASURES";
  if (mayBeFrame && next !== ")" && next !== "PARTITION" && next !== "ORDER") return undefined;
  return g.isName() ? identifier(g) : undefined;
};

/** Parses a frame. Clauses of row patterns are skipped, because a statement that has them is refused in any case. */
const optionalFrame = (g: Grammar): WindowFrame | undefined => {
  const { at } = g;
  const measures = g.accept("MEASURES") !== undefined;
  if (measures) skipUntil(g, "RANGE", "ROWS", "GROUPS");
  const type = measures ? g.expectAny("RANGE", "ROWS", "GROUPS") : g.acceptAny("RANGE", "ROWS", "GROUPS");
  if (type === undefined) return undefined;
  let start: FrameBound;
  let end: FrameBound | undefined;
  if (g.accept("BETWEEN") !== undefined) {
    start = frameBound(g);
    g.expect("AND");
    end = frameBound(g);
  } else start = frameBound(g);
  const patterns = g.isAny("AFTER", "INITIAL", "SEEK", "PATTERN", "SUBSET", "DEFINE");
  if (patterns) skipUntil(g, ")");
  return {
    kind: "WindowFrame",
    ...at,
    type,
    start,
    ...(end === undefined ? {} : { end }),
    rowPattern: measures || patterns,
  };
};

const skipUntil = (g: Grammar, ...types: readonly string[]): void => {
  for (let depth = 0; depth > 0 || !types.includes(g.token.type); g.advance()) {
    if (g.is("<EOF>")) g.unexpected();
    if (g.token.type === "(") depth++;
    if (g.token.type === ")") depth--;
  }
};

const frameBound = (g: Grammar): FrameBound => {
  const { at } = g;
  if (g.is("UNBOUNDED") && (g.peek(1) === "PRECEDING" || g.peek(1) === "FOLLOWING")) {
    g.advance();
    const side = g.expectAny("PRECEDING", "FOLLOWING");
    return { kind: "FrameBound", ...at, type: `UNBOUNDED ${side}` };
  }
  if (g.isSequence("CURRENT", "ROW")) {
    g.acceptSequence("CURRENT", "ROW");
    return { kind: "FrameBound", ...at, type: "CURRENT ROW" };
  }
  const value = g.expression();
  return { kind: "FrameBound", ...at, type: g.expectAny("PRECEDING", "FOLLOWING"), value };
};
