import type { Execute, ExecuteImmediate, Explain, ExplainAnalyze, Insert, Prepare, Statement } from "../ast";
import type { Grammar } from "../grammar";
import { columnNames, identifier, qualifiedName } from "../names";
import { OTHERS, other } from "./access";
import { create, drop } from "./definitions";
import { show } from "./show";
import { isUnload, unload } from "./unload";

/** The words with which statements other than queries begin. */
const STATEMENTS: Readonly<Record<string, (g: Grammar) => Statement>> = {
  ...Object.fromEntries(Object.keys(OTHERS).map((word) => [word, other])),
  CREATE: create,
  DEALLOCATE: (g) => {
    const { at } = g.expect("DEALLOCATE");
    g.expect("PREPARE");
    return { kind: "Deallocate", ...at, name: identifier(g) };
  },
  DESC: (g) => describe(g),
  DESCRIBE: (g) => describe(g),
  DROP: drop,
  EXECUTE: (g) => execute(g),
  EXPLAIN: (g) => explain(g),
  INSERT: (g) => insert(g),
  PREPARE: (g) => prepare(g),
  SHOW: show,
};

export const statement = (g: Grammar): Statement =>
  g.nested(() => {
    if (isUnload(g)) return unload(g);
    const parse = STATEMENTS[g.token.type];
    if (parse !== undefined) return parse(g);
    g.isAny(...Object.keys(STATEMENTS), "WITH");
    return g.query();
  });

const insert = (g: Grammar): Insert => {
  const { at } = g.expect("INSERT");
  g.expect("INTO");
  const target = qualifiedName(g);
  const columns = g.is("(") && !g.isQueryInParentheses() ? columnNames(g) : undefined;
  return { kind: "Insert", ...at, target, ...(columns === undefined ? {} : { columns }), query: g.query() };
};

const prepare = (g: Grammar): Prepare => {
  const { at } = g.expect("PREPARE");
  const name = identifier(g);
  g.expect("FROM");
  return { kind: "Prepare", ...at, name, statement: statement(g) };
};

const execute = (g: Grammar): Execute | ExecuteImmediate => {
  const { at } = g.expect("EXECUTE");
  if (g.is("IMMEDIATE") && g.peek(1) !== "USING" && g.peek(1) !== "<EOF>" && g.peek(1) !== ";") {
    g.advance();
    return { kind: "ExecuteImmediate", ...at, sql: g.string(), arguments: usingArguments(g) };
  }
  return { kind: "Execute", ...at, name: identifier(g), arguments: usingArguments(g) };
};

const usingArguments = (g: Grammar): Execute["arguments"] =>
  g.accept("USING") === undefined ? [] : g.list(() => g.expression());

const describe = (g: Grammar): Statement => {
  const { type, at } = g.advance();
  if (type === "DESCRIBE" && g.isNameAhead(1)) {
    const what = g.acceptAny("INPUT", "OUTPUT");
    if (what !== undefined) {
      identifier(g);
      return { kind: "OtherStatement", ...at, name: `DESCRIBE ${what}` };
    }
  }
  return { kind: "ShowColumns", ...at, table: qualifiedName(g) };
};

const explain = (g: Grammar): Explain | ExplainAnalyze => {
  const { at } = g.expect("EXPLAIN");
  if (
    g.is("ANALYZE") &&
    !(g.isNameAhead(1) && STATEMENTS[g.peek(1)] === undefined && g.peek(1) !== "VERBOSE")
  ) {
    g.advance();
    g.accept("VERBOSE");
    // This option exists only in Athena: https://docs.aws.amazon.com/athena/latest/ug/athena-explain-statement.html
    const format = g.is("(") && g.peek(1) === "FORMAT" ? { format: analyzeFormat(g) } : {};
    return { kind: "ExplainAnalyze", ...at, ...format, statement: statement(g) };
  }
  const options = g.is("(") && !g.isQueryInParentheses() ? explainOptions(g) : {};
  return { kind: "Explain", ...at, ...options, statement: statement(g) };
};

const analyzeFormat = (g: Grammar) =>
  g.parenthesized(() => {
    g.expect("FORMAT");
    return g.expectAny("TEXT", "JSON");
  });

const explainOptions = (g: Grammar): Pick<Explain, "format" | "type"> =>
  g.parenthesized(() => Object.assign({}, ...g.list(() => explainOption(g))));

const explainOption = (g: Grammar): Pick<Explain, "format" | "type"> =>
  g.expectAny("FORMAT", "TYPE") === "FORMAT"
    ? { format: g.expectAny("TEXT", "GRAPHVIZ", "JSON") }
    : { type: g.expectAny("LOGICAL", "DISTRIBUTED", "VALIDATE", "IO") };
