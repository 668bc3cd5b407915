import { describe, expect, it } from "vitest";
import { parseAssignments, parseTemplate, parseTerraform } from "../../../terraform/expressions/parse";

describe("a mistake in an expression is told with its place", () => {
  it.each([
    ["1 2", "expected the end at character 3"],
    ["", "expected an expression at character 1"],
    ["(1", 'expected ")" at character 3'],
    ["[1 2]", 'expected "," at character 4'],
    ["{ a 1 }", 'expected ":" at character 5'],
    ["true ? 1", 'expected ":" at character 9'],
    ["[1][0", 'expected "]" at character 6'],
    ["{ for x in [1] : x = 1 }", 'expected "=>" at character 20'],
    ["[for x of [1] : x]", 'expected "in" at character 10'],
    ["[for x in [1] : x }", 'expected "]" at character 19'],
    ['"a', 'expected " at character 3'],
    ['"a\nb"', "a string must end on the line where it begins at character 3"],
    ['"\\q"', "there is no such escape sequence at character 2"],
    ['"\\ud800"', "there is no such character at character 8"],
    ['"\\udfff"', "there is no such character at character 8"],
    ['"\\U00110000"', "there is no such character at character 12"],
    ["<<A x", "expected a heredoc at character 1"],
    ["<<A\nx\n", "expected A at character 7"],
    ["[[1]].0.0", ".0.0 is not an index at character 10"],
    ["1.2.3", "1.2.3 is not a number at character 1"],
    ["1 + 1e1e1", "1e1e1 is not a number at character 5"],
    ["core::a", 'expected "(" at character 8'],
  ])("%j: %s", (text, message) => {
    expect(() => parseTerraform(text)).toThrow(message);
  });

  it.each([
    ["a${1", 'expected "}" at character 5'],
    ["%{ unless true }", "there is no directive %{ unless } at character 10"],
    ["a%{ if true }b", "expected %{ endif } at character 15"],
    ["a%{ if true }b%{ else }c", "expected %{ endif } at character 25"],
    ["%{ for x in [1] }b", "expected %{ endfor } at character 19"],
    ["a%{ endif }", "%{ endif } stands alone at character 2"],
    ["%{ if true }%{ endfor }", "%{ endfor } stands alone at character 13"],
    ["%{ if true }%{ else }%{ else }%{ endif }", "%{ else } stands alone at character 22"],
  ])("of a template: %j: %s", (text, message) => {
    expect(() => parseTemplate(text)).toThrow(message);
  });
});

describe("what is parsed", () => {
  const escaped = (text: string) => parseTerraform(`"${text}"`);

  it("has the first and the last characters that there are", () => {
    expect(escaped("\\U0010FFFF")).toEqual({ kind: "literal", value: "\u{10ffff}" });
    expect(escaped("\\ud7ff")).toEqual({ kind: "literal", value: "\ud7ff" });
    expect(escaped("\\ue000")).toEqual({ kind: "literal", value: "\ue000" });
  });

  it("is one literal where a template has no sequence, however many lines it has", () => {
    expect(parseTemplate("a\nb\n$c")).toEqual({ kind: "literal", value: "a\nb\n$c" });
    expect(parseTemplate("")).toEqual({ kind: "literal", value: "" });
    expect(parseTemplate("a\n${b}\nc\nd")).toEqual({
      kind: "template",
      parts: [
        { kind: "literal", value: "a\n" },
        { kind: "root", name: "b" },
        { kind: "literal", value: "\nc\nd" },
      ],
    });
  });

  it("keeps apart a text and a number that is interpolated", () => {
    expect(parseTemplate("${1}2")).toEqual({
      kind: "template",
      parts: [
        { kind: "literal", value: 1 },
        { kind: "literal", value: "2" },
      ],
    });
  });
});

describe("a file of assignments", () => {
  it("has names with values, with comments and over several lines", () => {
    const text = '# one\na = 1\nb = {\n  c = "d"\n}\nname-of = [1,\n 2]';
    expect(parseAssignments(text).map(([name]) => name)).toEqual(["a", "b", "name-of"]);
    expect(parseAssignments("a = 1\n")).toEqual([["a", { kind: "literal", value: 1 }]]);
    expect(parseAssignments(" \n")).toEqual([]);
  });

  it.each([
    ["a 1", 'expected "=" at character 3'],
    ["a =", "expected an expression at character 4"],
    ["1 = 2", "expected an expression at character 1"],
  ])("is refused with the place of what is wrong: %j", (text, message) => {
    expect(() => parseAssignments(text)).toThrow(message);
  });
});
