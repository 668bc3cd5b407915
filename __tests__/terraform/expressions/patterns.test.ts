import { expect, it } from "vitest";
import { evaluate } from "../../../terraform/expressions/evaluate";
import { parseTemplate } from "../../../terraform/expressions/parse";
import { scopeIn } from "./evaluated";

const scope = scopeIn(__dirname);
const value = (expression: string) => evaluate(parseTemplate(`\${${expression}}`), scope);

it("a replacement has the groups of its match, by number and by name", () => {
  expect(value('replace("ab-cd", "/(?P<x>[a-z])([a-z])/", "$2$${x}$$")')).toBe("ba$-dc$");
});

it.each([
  'regex("(a+)+$", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!")',
  'regexall("(a+)+$", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!")',
  'replace("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!", "/(a+)+$/", "")',
])("a search that does not end is stopped and reported with its pattern: %s", (expression) => {
  expect(() => value(expression)).toThrow("the pattern (a+)+$ takes longer than 1000 ms here");
});

it("a search for one match ends at this match, however long the rest would take", () => {
  expect(value('regex("b|(a+)+$", "baaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!")')).toEqual([null]);
});
