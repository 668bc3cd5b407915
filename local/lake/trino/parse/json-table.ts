import type { JsonTable, JsonTableColumn } from "./ast";
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
  return g.parenthesized(() => {
    const invocation = jsonPathInvocation(g);
    g.expect("COLUMNS");
    const columns = jsonTableColumns(g);
    const plan = g.accept("PLAN") !== undefined;
    if (plan) {
      g.accept("DEFAULT");
      g.skipParentheses();
    }
    const onError = g.acceptAny("ERROR", "EMPTY");
    if (onError !== undefined) {
      g.expect("ON");
      g.expect("ERROR");
    }
    return {
      kind: "JsonTable",
      ...at,
      invocation,
      columns,
      ...(onError === undefined ? {} : { onError }),
      plan,
    };
  });
};

const jsonTableColumns = (g: Grammar): readonly JsonTableColumn[] =>
  g.nested(() => g.parenthesized(() => g.list(() => jsonTableColumn(g))));

const jsonTableColumn = (g: Grammar): JsonTableColumn => {
  const { at } = g;
  if (g.is("NESTED") && (g.peek(1) === "PATH" || !g.isNameAhead(1))) return nestedColumns(g);
  const name = identifier(g);
  if (g.acceptSequence("FOR", "ORDINALITY")) return { kind: "OrdinalityColumn", ...at, name };
  const type = g.type();
  if (g.is("FORMAT")) {
    const format = jsonFormat(g);
    const path = optionalPath(g);
    const wrapper = queryWrapper(g);
    const quotes = queryQuotes(g);
    const { onEmpty, onError } = behaviors(g, queryBehavior);
    return {
      kind: "QueryColumn",
      ...at,
      name,
      type,
      format,
      ...path,
      wrapper,
      ...(quotes === undefined ? {} : { quotes }),
      onEmpty: onEmpty ?? "NULL",
      ...(onError === undefined ? {} : { onError }),
    };
  }
  const path = optionalPath(g);
  const { onEmpty, onError } = behaviors(g, valueBehavior);
  return {
    kind: "ValueColumn",
    ...at,
    name,
    type,
    ...path,
    onEmpty: onEmpty ?? { action: "NULL" },
    ...(onError === undefined ? {} : { onError }),
  };
};

const optionalPath = (g: Grammar) => (g.accept("PATH") === undefined ? {} : { path: g.string() });

const nestedColumns = (g: Grammar): JsonTableColumn => {
  const { at } = g.expect("NESTED");
  g.accept("PATH");
  const path = g.string();
  const pathName = g.accept("AS") === undefined ? undefined : identifier(g);
  g.expect("COLUMNS");
  return {
    kind: "NestedColumns",
    ...at,
    path,
    ...(pathName === undefined ? {} : { pathName }),
    columns: jsonTableColumns(g),
  };
};
