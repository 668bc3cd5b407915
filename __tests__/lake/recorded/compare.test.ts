import { describe, expect, it } from "vitest";
import { sameColumns, verdictOf } from "./compare";
import type { Answer, Recorded } from "./statements";

const statement = (sql: string, answer: Answer): Recorded => ({ id: "x", group: "x", sql, answer });
const rows = (type: string, ...values: readonly unknown[]): Answer => ({
  columns: [["a", type]],
  rows: values.map((value) => [value]),
});
const error: Answer = { error: { name: "SYNTAX_ERROR", message: "no" } };

describe("the comparison with recorded answers", () => {
  it("tells an answer from a refusal", () => {
    expect(verdictOf(statement("x", error), error)).toBe("both refuse");
    expect(verdictOf(statement("x", error), rows("bigint", 1))).toBe("lenient");
    expect(verdictOf(statement("x", rows("bigint", 1)), error)).toBe("refuses");
    expect(verdictOf(statement("x", { accepted: true }), rows("bigint", 1))).toBe("same");
  });

  it("looks at the order where the outermost query orders, and only there", () => {
    const answer = rows("bigint", 1, 2);
    expect(verdictOf(statement("SELECT a FROM t", answer), rows("bigint", 2, 1))).toBe("same");
    expect(verdictOf(statement("SELECT a FROM t ORDER BY a", answer), rows("bigint", 2, 1))).toBe("differs");
    expect(verdictOf(statement("SELECT a FROM t", answer), rows("bigint", 1, 1))).toBe("differs");
  });

  it.each([
    ["double", 0.1, 0.1 + 1e-12, "same"],
    ["double", 0.1, 0.1001, "differs"],
    ["double", "NaN", "NaN", "same"],
    ["decimal(3, 2)", "1.50", "1.5", "differs"],
    ["bigint", "9007199254740993", "9007199254740992", "differs"],
    ["array(double)", [1, 2], [1, 2 + 1e-12], "same"],
    ["map(varchar, bigint)", { a: 1, b: 2 }, { b: 2, a: 1 }, "same"],
    ['row("a b" real, b double)', [0.1, 1], [0.1 + 1e-8, 1], "same"],
    ["varchar", null, "", "differs"],
  ])("compares values of %s: %j and %j", (type, trino, ours, verdict) => {
    expect(verdictOf(statement("SELECT a", rows(type, trino)), rows(type, ours))).toBe(verdict);
  });

  it("compares names and types of columns whole", () => {
    const answer = statement("SELECT a", rows("decimal(3, 2)", "1.50"));
    expect(sameColumns(answer, rows("decimal(3, 2)", "1.50"))).toBe(true);
    expect(sameColumns(answer, rows("decimal(4, 2)", "1.50"))).toBe(false);
  });
});
