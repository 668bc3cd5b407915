import { describe, expect, it } from "vitest";
import { readJsonDocument, writeDocument } from "../../../local/lake/trino/functions/json/document";
import { textAt } from "../../../local/lake/trino/functions/json/legacy-path";
import { evaluatePath } from "../../../local/lake/trino/functions/json/path/evaluate";
import { parsePath } from "../../../local/lake/trino/functions/json/path/parse";
import { PathNotSupported, PathSyntaxError } from "../../../local/lake/trino/functions/json/path/syntax";

describe("The path of json_extract", () => {
  const text = ' { "a" : [ 1.50, {"b c": "x\\u00e9"} ], "dup": 1, "dup": 2, "e\\u0078": true } ';

  it.each([
    ["$.a[0]", "1.50"],
    ['$.a[1]["b c"]', '"x\\u00e9"'],
    ["$.dup", "1"],
    ["$.ex", "true"],
    ["$.a[7]", undefined],
    ["$.none.at", undefined],
    ["$.dup.x", undefined],
  ])("%s", (path, expected) => {
    expect(textAt(text, path)).toBe(expected);
  });

  it("doesn't read what stands behind the place, as Jackson's stream doesn't", () => {
    expect(textAt('{"a":1,"b":oops}', "$.a")).toBe("1");
    expect(textAt('{"b":oops,"a":1}', "$.a")).toBeUndefined();
  });

  it("that isn't one is refused", () => {
    for (const path of ["", "a", "$.", "$[", '$["a]', "$..a", "$[*]"])
      expect(() => textAt("{}", path), path).toThrow(
        expect.objectContaining({ code: "INVALID_FUNCTION_ARGUMENT" }),
      );
  });
});

describe("A JSON text", () => {
  it("is written without blanks, its fields in their order, numbers as Jackson writes them", () => {
    const document = readJsonDocument('{ "b" : 1.50, "a":[1e2, -0, "😀"], "b": null }');
    expect(document && writeDocument(document)).toBe('{"b":1.5,"a":[100.0,0,"\\uD83D\\uDE00"],"b":null}');
  });

  it("that isn't one is undefined", () => {
    for (const text of ["", "{", "[1,]", "{a:1}", "01", "tru", '"\t"', "1 2"])
      expect(readJsonDocument(text), text).toBeUndefined();
  });

  it("may be nested a thousand deep, and not more", () => {
    expect(readJsonDocument("[".repeat(900) + "]".repeat(900))).toBeDefined();
    expect(readJsonDocument("[".repeat(100_000))).toBeUndefined();
  });
});

describe("The path language of SQL/JSON", () => {
  const value = readJsonDocument(
    '{"items":[{"qty":2,"tags":["a","b"]},{"qty":12}],"n":null,"s":"Abc","x":2.5}',
  );
  const found = (path: string): string[] =>
    value === undefined
      ? []
      : evaluatePath(parsePath(path), value, new Map([["limit", readJsonDocument("5") ?? null]])).map(
          writeDocument,
        );

  it.each([
    ["lax $.items.qty", ["2", "12"]],
    ["lax $.items[*].tags[last]", ['"b"']],
    ["strict $.items[0].tags[0 to 1]", ['"a"', '"b"']],
    ["lax $.items[*] ? (@.qty > $limit).qty", ["12"]],
    ["lax $.items ? (exists(@.tags)).qty", ["2"]],
    ["lax $.x * 2 + 1", ["6.0"]],
    ["lax $.items.size()", ["2"]],
    ["lax $.*.type()", ['"array"', '"null"', '"string"', '"number"']],
    ["lax $..qty", ["2", "12"]],
    ['lax $ ? (@.s starts with "Ab").x', ["2.5"]],
    ["lax $ ? (@.none == 1 || @.x < 3).x", ["2.5"]],
    ["lax $.x.floor()", ["2.0"]],
    ["lax 1.10 + 2 * 0.05", ["1.20"]],
    ["lax 7 / 2.0", ["3.5"]],
    ["lax -1.5.floor()", ["-1"]],
    ["lax $.x + 0.1", ["2.6"]],
  ])("%s", (path, expected) => {
    expect(found(path)).toEqual(expected);
  });

  it("is an error in strict mode where lax leaves nothing", () => {
    expect(found("lax $.none")).toEqual([]);
    expect(() => found("strict $.none")).toThrow("missing member 'none'");
  });

  it("has no like_regex and no datetime(), as Trino has not", () => {
    expect(() => parsePath('lax $ ? (@.s like_regex "a")')).toThrow(PathNotSupported);
    expect(() => parsePath("lax $.datetime()")).toThrow(PathNotSupported);
  });

  it("tells where it is wrong", () => {
    expect(() => parsePath("lax $.a[")).toThrow(PathSyntaxError);
    expect(() => parsePath("$.a")).toThrow("missing {'lax', 'strict'} at '$'");
    expect(() => parsePath("LAX $.a")).toThrow("mismatched input 'LAX'");
  });
});
