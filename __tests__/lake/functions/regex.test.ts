import { describe, expect, it } from "vitest";
import { matches, patternOf } from "../../../local/lake/trino/functions/regex/pattern";

/** The texts of all matches. */
const all = (pattern: string, text: string): (string | null)[] =>
  [...matches(patternOf(pattern), text)].map(({ groups }) => groups[0] ?? null);
const groups = (pattern: string, text: string): readonly (string | null)[] | undefined =>
  [...matches(patternOf(pattern), text)][0]?.groups;

describe("A regular expression of Java's", () => {
  it("has classes of ASCII for \\w, \\d and \\s", () => {
    expect(all("\\w+", "größe 7")).toEqual(["gr", "e", "7"]);
    expect(all("\\d", "1٣")).toEqual(["1"]);
  });

  it("has properties and sets with intersections", () => {
    expect(all("\\p{L}+", "Größe 7")).toEqual(["Größe"]);
    expect(all("\\p{Alpha}+", "ab1c")).toEqual(["ab", "c"]);
    expect(all("[a-e&&[^bd]]+", "abcde")).toEqual(["a", "c", "e"]);
    expect(all("[^a-c]", "abz")).toEqual(["z"]);
    expect(all("[-a]", "a-b")).toEqual(["a", "-"]);
  });

  it("takes flags for the rest of a group, or for a group", () => {
    expect(all("(?i)ab", "AB ab aB")).toEqual(["AB", "ab", "aB"]);
    expect(all("a(?i:b)c", "abc aBc aBC")).toEqual(["abc", "aBc"]);
    expect(all("(?i)[a-c]+", "AbC")).toEqual(["AbC"]);
    expect(all("a.b", "a\nb")).toEqual([]);
    expect(all("(?s)a.b", "a\nb")).toEqual(["a\nb"]);
    expect(all("(?m)^b$", "a\nb\nc")).toEqual(["b"]);
    expect(all("(?x) a b # both", "ab")).toEqual(["ab"]);
  });

  it("keeps what a possessive quantifier or an atomic group took", () => {
    expect(all("a++b", "aaab")).toEqual(["aaab"]);
    expect(all("a++ab", "aaab")).toEqual([]);
    expect(all("(?>a|ab)c", "abc")).toEqual([]);
  });

  it("numbers groups from the left, whatever stands between them", () => {
    expect(groups("(?>x)(a)(?<name>b)", "xab")).toEqual(["xab", "a", "b"]);
    expect(groups("(a)|(b)", "b")).toEqual(["b", null, "b"]);
    expect(all("(a)\\1", "aab")).toEqual(["aa"]);
    expect(all("(?<n>a)\\k<n>", "aab")).toEqual(["aa"]);
  });

  it("ends at the end of the text, or before its last line break", () => {
    expect(all("b$", "ab\n")).toEqual(["b"]);
    expect(all("b\\z", "ab\n")).toEqual([]);
    expect(all("\\Aa", "aa")).toEqual(["a"]);
  });

  it("quotes by \\Q and \\E", () => {
    expect(all("\\Qa.b\\E+", "a.bb axb")).toEqual(["a.bb"]);
  });

  it("finds empty matches once at each place", () => {
    expect(all("x*", "axb")).toEqual(["", "x", "", ""]);
    expect(all("", "😀a")).toEqual(["", "", ""]);
  });

  it("that isn't one is refused", () => {
    for (const pattern of ["(", "a)", "[a", "*a", "\\p{Nothing}", "(?<1>a)", "\\2"])
      expect(() => patternOf(pattern), pattern).toThrow(
        expect.objectContaining({ code: "INVALID_FUNCTION_ARGUMENT" }),
      );
  });
});
