import { describe, expect, it } from "vitest";
import { BigFloat } from "../../../terraform/expressions/big-float";

const parse = BigFloat.parse;
const written = (text: string) => parse(text).toString();
const whole = (value: bigint) => BigFloat.fromQuotient(value, 1n, 0);
const big = 2n ** 512n;

describe("a number of 512 bits", () => {
  it.each([
    ["0", "0"],
    ["-0", "0"],
    ["+5", "5"],
    ["007", "7"],
    ["1.50", "1.5"],
    ["-1.5e3", "-1500"],
    ["1.5E-3", "0.0015"],
    ["100e-2", "1"],
    ["1e+2", "100"],
    [".5", "0.5"],
    ["5.", "5"],
    ["-0.25", "-0.25"],
    ["1e20", "100000000000000000000"],
    ["12345678901234567890.125", "12345678901234567890.125"],
    ["9.999", "9.999"],
    ["1e-450", `0.${"0".repeat(449)}1`],
    ["1e450", `1${"0".repeat(450)}`],
  ])("is written as its shortest decimal without an exponent: %s", (text, expected) => {
    expect(written(text)).toBe(expected);
  });

  it.each(["x", "1x", "x1", "1e", "1.2.3", "--1", "1 "])("is not %s", (text) => {
    expect(() => parse(text)).toThrow(`${text} is not a number`);
  });

  it("is rounded to the nearest, and from the middle to the even one", () => {
    const cases: readonly (readonly [bigint, bigint])[] = [
      [big + 1n, big],
      [big + 3n, big + 4n],
      [-big - 3n, -big - 4n],
      [2n * big + 1n, 2n * big],
      [2n * big + 3n, 2n * big + 4n],
      [4n * big + 4n, 4n * big],
      [4n * big + 5n, 4n * big + 8n],
      [2n * big - 1n, 2n * big],
    ];
    for (const [value, rounded] of cases) expect(whole(value).compare(whole(rounded)), `${value}`).toBe(0);
  });

  it("is rounded up from the middle where anything follows", () => {
    const quotient = BigFloat.fromQuotient((big + 1n) * 3n + 1n, 3n, 0);
    expect(quotient.compare(whole(big + 2n))).toBe(0);
  });

  it("has an exponent to the base two", () => {
    expect(BigFloat.fromQuotient(3n, 1n, 2).toString()).toBe("12");
    expect(BigFloat.fromQuotient(3n, 2n, -2).toString()).toBe("0.375");
    expect(BigFloat.fromQuotient(0n, 3n, 5).compare(BigFloat.zero)).toBe(0);
  });

  it("is what 512 bits make of a fraction", () => {
    const third = parse("1").dividedBy(parse("3"));
    expect(third.toString()).toMatch(/^0\.3{154}\d*$/);
    expect(parse(third.toString()).compare(third)).toBe(0);
    expect(third.times(parse("3")).toString()).toBe("1");
  });
});

describe("the arithmetic of such numbers", () => {
  const result = (one: string, operation: "plus" | "times" | "dividedBy" | "modulo", other: string) =>
    parse(one)[operation](parse(other)).toString();

  it.each([
    ["0.1", "plus", "0.2", "0.3"],
    ["1", "plus", "-1", "0"],
    ["1e30", "plus", "1e-30", `1${"0".repeat(30)}.${"0".repeat(29)}1`],
    ["-1.5", "times", "2", "-3"],
    ["7", "dividedBy", "2", "3.5"],
    ["7", "dividedBy", "-2", "-3.5"],
    ["-7", "dividedBy", "-2", "3.5"],
    ["0", "dividedBy", "-2", "0"],
    ["7", "modulo", "3", "1"],
    ["-7", "modulo", "3", "-1"],
    ["7", "modulo", "-3", "1"],
    ["7.5", "modulo", "2", "1.5"],
    ["1e200", "modulo", "1e199", "0"],
    ["-7.5", "modulo", "0", "-7.5"],
  ] as const)("%s %s %s is %s", (one, operation, other, expected) => {
    expect(result(one, operation, other)).toBe(expected);
  });

  it("knows no division by zero", () => {
    expect(() => result("1", "dividedBy", "0")).toThrow(RangeError);
  });

  it("cuts fractions off towards zero", () => {
    const truncated = (text: string) => parse(text).truncated().toString();
    expect(truncated("1.9")).toBe("1");
    expect(truncated("-1.9")).toBe("-1");
    expect(truncated("0.9")).toBe("0");
    expect(truncated("1e200")).toBe(`1${"0".repeat(200)}`);
  });

  it("compares", () => {
    expect(parse("1").compare(parse("1.0"))).toBe(0);
    expect(parse("1").compare(parse("1.5"))).toBeLessThan(0);
    expect(parse("-1").compare(parse("-1.5"))).toBeGreaterThan(0);
    expect(parse("1e300").compare(parse("1"))).toBeGreaterThan(0);
  });

  it("negates", () => {
    expect(parse("1.5").negated().toString()).toBe("-1.5");
  });

  it("is a double in JSON", () => {
    expect(JSON.stringify([parse("12345678901234567890"), parse("0.5")])).toBe("[12345678901234567000,0.5]");
  });
});
