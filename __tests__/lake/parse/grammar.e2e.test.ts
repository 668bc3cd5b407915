import { describe, expect, it } from "vitest";
import { parseStatement } from "../../../local/lake/trino/parse";
import { TokenType, tokenize } from "../../../local/lake/trino/parse/text/lexer";
import type { TrinoError } from "../../../local/lake/trino/types/errors";
import { runTool } from "../../../scripts/tools";
import { describeTools } from "../../e2e/support/requirements";
import { FILES, type Recorded, recorded } from "../recorded/statements";

const statements = (Object.keys(FILES) as (keyof typeof FILES)[]).flatMap((corpus) => recorded(corpus));

const refusalOf = (sql: string): TrinoError | undefined => {
  try {
    parseStatement(sql);
    return undefined;
  } catch (error) {
    return error as TrinoError;
  }
};

/** A JSON path is a literal to the grammar: what is wrong with it is found where the call is bound. */
const hasPath = (sql: string): boolean => /\bJSON_(?:VALUE|QUERY|EXISTS)\s*\(/i.test(sql);

/** One without a place is found after parsing. */
const syntaxError = ({ sql, answer }: Recorded) =>
  "error" in answer && answer.error.name === "SYNTAX_ERROR" && answer.error.line && !hasPath(sql)
    ? answer.error
    : undefined;

/** dt-sql-parser reads Trino's grammar with ANTLR. */
describeTools("the parser beside Trino's grammar", () => {
  /** Statements that one of the two takes and the other refuses. */
  const disagreements = (sentences: readonly string[]): readonly string[] => {
    const faults: (string | null)[] = JSON.parse(runTool("trino-grammar.mjs", [], JSON.stringify(sentences)));
    return sentences.flatMap((sql, at) => {
      const [refusal, fault] = [refusalOf(sql), faults[at]];
      if (refusal !== undefined && !refusal.sentence.startsWith("mismatched input")) return [];
      if ((refusal === undefined) === (fault === null)) return [];
      // To the grammar that is the next statement.
      if (
        refusal !== undefined &&
        /^mismatched input '(?:SELECT|VALUES|TABLE|WITH|\()'/i.test(refusal.sentence)
      )
        return [];
      return `${sql}\n  ours: ${refusal?.message ?? "taken"}\n  grammar: ${fault ?? "taken"}`;
    });
  };

  it("takes and refuses every twentieth recorded statement as the grammar does", () => {
    const sample = statements.filter((_, i) => i % 20 === 0);
    expect(disagreements(sample.map(({ sql }) => sql))).toEqual([]);
  });

  it("takes and refuses statements with a word left out, put in, changed or exchanged as the grammar does", () => {
    const draw = generator(20_240_115);
    const sources = statements.filter(
      ({ sql }) => sql.length < 300 && !/MATCH_RECOGNIZE|MEASURES/i.test(sql),
    );
    const words = sources.slice(0, 1_000).flatMap(({ sql }) => wordsOf(sql));
    const changed = Array.from({ length: 400 }, () => {
      const source = wordsOf(sources[draw(sources.length)]?.sql ?? "");
      return change(source, words[draw(words.length)] ?? "", draw);
    });
    expect(disagreements(changed)).toEqual([]);
  });
});

describe("the parser beside a Trino server", () => {
  it("takes every recorded statement that the server does not call a syntax error", () => {
    const refused = statements.filter((one) => syntaxError(one) === undefined);
    expect(refused.flatMap(({ sql }) => refusalOf(sql)?.message ?? [])).toEqual([]);
  });

  it("refuses what the server calls a syntax error, at the same line and column", () => {
    const refused = statements.filter((one) => syntaxError(one) !== undefined);
    expect(refused.length).toBeGreaterThan(100);
    const elsewhere = refused.flatMap((statement) => {
      const [ours, theirs] = [refusalOf(statement.sql), syntaxError(statement)];
      const same =
        ours?.code === "SYNTAX_ERROR" && ours.line === theirs?.line && ours.column === theirs?.column;
      return same ? [] : statement.sql;
    });
    // The newer server reads `[x]` as an array; Athena's documentation knows ARRAY[x] alone.
    expect(elsewhere).toEqual(["SELECT [x + 1 for x in ARRAY[1, 2]]"]);
  });

  it("says what it expects in the words of both servers, four times of five", () => {
    const refused = [...recorded("people"), ...recorded("types")].filter(
      (one) => syntaxError(one) !== undefined,
    );
    const equal = refused.filter((one) => refusalOf(one.sql)?.message === syntaxError(one)?.message);
    expect(equal.length / refused.length).toBeGreaterThan(0.8);
  });
});

const wordsOf = (sql: string): string[] =>
  tokenize(sql).flatMap(({ type, text }) => (type === TokenType.end ? [] : [text]));

const change = (words: string[], word: string, draw: (below: number) => number): string => {
  const at = draw(words.length);
  const other = draw(words.length);
  switch (draw(4)) {
    case 0:
      return words.toSpliced(at, 1).join(" ");
    case 1:
      return words.toSpliced(at, 0, word).join(" ");
    case 2:
      return words.with(at, word).join(" ");
    default:
      return words
        .with(at, words[other] ?? "")
        .with(other, words[at] ?? "")
        .join(" ");
  }
};

/** A linear congruential generator: the same numbers at every run. */
const generator = (seed: number): ((below: number) => number) => {
  let state = seed;
  return (below) => {
    state = (state * 1_103_515_245 + 12_345) % 2 ** 31;
    return Math.floor((state / 2 ** 31) * below);
  };
};
