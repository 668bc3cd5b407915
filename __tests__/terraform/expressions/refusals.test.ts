import { mkdirSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { evaluate } from "../../../terraform/expressions/evaluate";
import { parseTerraform } from "../../../terraform/expressions/parse";
import { temporaryFolder } from "../../support/folders";
import { scopeIn } from "./evaluated";

const folder = temporaryFolder();
const value = (expression: string) => evaluate(parseTerraform(expression), scopeIn(folder));

describe("a call that a function refuses says why", () => {
  it.each([
    ["tonumber([1])", "a number is required, not [1]"],
    ['tonumber("x")', 'a number is required, not "x"'],
    [`tonumber("${"x".repeat(99)}")`, `a number is required, not "${"x".repeat(79)}`],
    ["element([1], 0.5)", "a whole number is required, not 0.5"],
    ["max([]...)", "the function max takes at least 1 arguments"],
    ["length(5)", "not 5"],
    ["keys([1])", "an object is required, not [1]"],
    ["flatten(null)", "a list is required, not null"],
    ["tolist([1, [2]])", "the elements of a list must be of one type"],
    ["element([], 0)", "an empty list has no elements"],
    ['lookup({}, "a")', 'there is no key "a"'],
    ["slice([1], 0, 2)", "the range lies outside of the list"],
    ["range(0, 1, 0)", "the step must not be zero"],
    ["range(0, 1, -1)", "the step leads away from the limit"],
    ["range(2000)", "a range has 1024 elements at most"],
    ["chunklist([1], -1)", "the size must not be negative"],
    ["index([1], 2)", "the list does not contain the value"],
    ["one([1, 2])", "the list has more than one element"],
    ['coalesce("", null)', "all values are null or empty"],
    ["coalescelist([], [])", "all lists are empty"],
    ["contains([1], null)", "the value to look for must not be null"],
    ["matchkeys([1], [], [])", "the lists must be of one length"],
    ["sum([])", "an empty list has no sum"],
    ['zipmap(["a"], [])', "the lists must be of one length"],
    ['timeadd("x", "1h")', "x is not a time such as 2024-01-15T10:30:00Z"],
    ['timeadd("2024-01-15T10:05:09Z", "1d")', "1d is not a duration such as 1h30m"],
    ['formatdate("Q", "2024-01-15T10:05:09Z")', "formatdate does not know Q"],
    ['base64decode("!")', "the text is not base64"],
    ['uuidv5("x", "a")', "x is not a namespace such as dns, or a UUID"],
    ['file("none")', "none can't be read: ENOENT"],
    ['fileexists("folder")', "folder is not a file"],
    ['format("%s")', "there is no value for %s"],
    ['format("a", 1)', "there are more values than the format takes"],
    ['format("%d", null)', "the value for %d is null"],
    ['format("%d", 1.5)', "a whole number is required, not 1.5"],
    ['format("%z", 1)', "format does not know the verb %z"],
    ['formatlist("%s%s", [1], [])', "the lists must be of one length"],
    ['csvdecode("")', "the text has no header"],
    ['csvdecode("a,a")', "a column name occurs twice"],
    ['csvdecode("a\\n1,2")', "a row has more or fewer columns than the header"],
    ['csvdecode("a\\nx\\"")', "a quote is in an invalid place"],
    ['textencodebase64("€", "ISO-8859-1")', "the encoding ISO-8859-1 does not have the character €"],
    ['textdecodebase64("YQ==", "nope")', "the encoding nope is not known"],
    ['yamldecode("# none")', "the text contains no YAML document"],
    ['yamldecode("a: 1\\n---\\nb: 2")', "the text contains several YAML documents"],
    ['yamldecode("a: [")', "the text is not valid YAML: "],
    ['yamldecode("!nope 1")', "YAML's tag !nope is unknown"],
    ['yamldecode("a: *b")', "YAML"],
    ['yamldecode(".inf")', ".inf is not a number"],
    ['cidrhost("x", 1)', "x is not a block such as 10.0.0.0/16 or 2001:db8::/64"],
    ['cidrhost("10.0.0.0/32", 1)', "the block has no such address"],
    ['cidrsubnet("10.0.0.0/32", 1, 0)', "the block has no such subnet"],
    ['cidrsubnet("10.0.0.0/24", -1, 0)', "the block has no such subnet"],
    ['cidrsubnet("10.0.0.0/24", 1, -1)', "the block has no such subnet"],
    ['cidrsubnets("10.0.0.0/32", 1)', "the block has no such subnet"],
    ['cidrsubnets("10.0.0.0/24", 1, 1, 1)', "the block is too small for its subnets"],
    ['cidrnetmask("fd00::/8")', "only a block of IPv4 has a netmask"],
    ['jsondecode("{")', "the text is not valid JSON"],
    ['parseint("1", 1)', "the base must be from 2 to 62"],
    ['parseint("9", 8)', '"9" is not a whole number in base 8'],
    ["log(0, 0)", "there is no such number"],
    ['regex("(?P<a>x)(y)", "xy")', "either all groups of a pattern have names, or none has"],
    ['regex("x", "a")', "the pattern x does not match"],
    ['regex("(?=a)", "a")', "the pattern (?=a) is not supported"],
    ['regex("[[:nope:]]", "a")', "the pattern [[:nope:]] has the unknown class [:nope:]"],
    [`regex("(a+)+$", "${"a".repeat(64)}b")`, "the pattern (a+)+$ takes longer than 1000 ms here"],
  ])("%s: %s", (expression, message) => {
    mkdirSync(join(folder, "folder"), { recursive: true });
    expect(() => value(expression)).toThrow(message);
  });
});

describe("a function of files", () => {
  it("reads a file of the stack's folder", () => {
    writeFileSync(join(folder, "a.txt"), "lake");
    expect(value('file("a.txt")')).toBe("lake");
    expect(value('filebase64("a.txt")')).toBe("bGFrZQ==");
    expect(value('fileexists("a.txt")')).toBe(true);
    expect(value('fileexists("none")')).toBe(false);
  });

  it("knows the home folder", () => {
    expect(value('pathexpand("~")')).toBe(homedir());
    expect(value('pathexpand("~/a")')).toBe(join(homedir(), "a"));
    expect(value('pathexpand("~a/~")')).toBe("~a/~");
  });
});
