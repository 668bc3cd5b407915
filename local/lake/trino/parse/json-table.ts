import type { JsonTable } from "./ast";
import {
  behaviors,
  jsonFormat,
  jsonPathInvocation,
  queryBehavior,
  queryQuotes,
  queryWrapper,
  valueBehavior,
} from "./expressions/json";
import type { Grammar } from "./grammar";
import { identifier } from "./names";

/** Parses `JSON_TABLE(input, path COLUMNS (…) [PLAN …] [ERROR | EMPTY ON ERROR])`. */
export const jsonTable = (g: Grammar): JsonTable => {
  const { at } = g.expect("JSON_TABLE");
  g.parenthesized(() => {
    jsonPathInvocation(g);
    columns(g);
    if (g.accept("PLAN") !== undefined) {
      g.accept("DEFAULT");
      g.skipParentheses();
    }
    if (g.acceptAny("ERROR", "EMPTY") !== undefined) {
      g.expect("ON");
      g.expect("ERROR");
    }
  });
  return { kind: "JsonTable", ...at };
};

const columns = (g: Grammar): void => {
  g.expect("COLUMNS");
  g.nested(() => g.parenthesized(() => g.list(() => column(g))));
};

const column = (g: Grammar): void => {
  if (g.is("NESTED") && (g.peek(1) === "PATH" || !g.isNameAhead(1))) {
    nestedColumns(g);
    return;
  }
  identifier(g);
  if (g.acceptSequence("FOR", "ORDINALITY")) return;
  g.type();
  const hasFormat = g.is("FORMAT");
  if (hasFormat) jsonFormat(g);
  if (g.accept("PATH") !== undefined) g.string();
  if (hasFormat) {
    queryWrapper(g);
    queryQuotes(g);
    behaviors(g, queryBehavior);
  } else behaviors(g, valueBehavior);
};

const nestedColumns = (g: Grammar): void => {
  g.expect("NESTED");
  g.accept("PATH");
  g.string();
  if (g.accept("AS") !== undefined) identifier(g);
  columns(g);
};
