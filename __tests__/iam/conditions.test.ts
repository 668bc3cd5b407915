import { describe, expect, test } from "vitest";
import type { RequestContext } from "../../local/iam/index";
import { ask, holds, policy } from "./support";

type Condition = Readonly<Record<string, Readonly<Record<string, unknown>>>>;
type Row = readonly [condition: Condition, context: RequestContext, expected: boolean];

const one = (operator: string, values: unknown, key = "k"): Condition => ({ [operator]: { [key]: values } });

// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html
describe("operators", () => {
  test.each<Row>([
    [one("StringEquals", "a"), { k: "a" }, true],
    [one("StringEquals", "a"), { K: "a" }, true],
    [one("StringEquals", "a"), { k: "A" }, false],
    [one("StringEquals", ["b", "a"]), { k: "a" }, true],
    [one("StringEquals", "a*"), { k: "abc" }, false],
    [one("StringNotEquals", "a"), { k: "b" }, true],
    [one("StringNotEquals", ["a", "b"]), { k: "b" }, false],
    [one("StringEqualsIgnoreCase", "aB"), { k: "Ab" }, true],
    [one("StringNotEqualsIgnoreCase", "aB"), { k: "Ab" }, false],
    [one("StringLike", "a*c?"), { k: "abcd" }, true],
    [one("StringLike", "a*c?"), { k: "abc" }, false],
    [one("StringNotLike", "a*"), { k: "abc" }, false],
    [one("NumericEquals", "10"), { k: "10.0" }, true],
    [one("NumericEquals", 10), { k: "10" }, true],
    [one("NumericEquals", "10"), { k: "ten" }, false],
    [one("NumericNotEquals", "10"), { k: "11" }, true],
    [one("NumericLessThan", "10"), { k: "9" }, true],
    [one("NumericLessThanEquals", "10"), { k: "10" }, true],
    [one("NumericGreaterThan", "10"), { k: "10" }, false],
    [one("NumericGreaterThanEquals", "10"), { k: "10" }, true],
    [one("DateEquals", "2026-01-01T00:00:00Z"), { k: "1767225600" }, true],
    [one("DateNotEquals", "2026-01-01T00:00:00Z"), { k: "2026-01-01T00:00:00Z" }, false],
    [one("DateLessThan", "2026-01-02"), { k: "2026-01-01T23:59:59Z" }, true],
    [one("DateLessThanEquals", "2026-01-01T00:00:00Z"), { k: "2026-01-01T00:00:00Z" }, true],
    [one("DateGreaterThan", "2026-01-01T00:00:00Z"), { k: "2026-01-01T00:00:00Z" }, false],
    [one("DateGreaterThanEquals", "2026-01-01T00:00:00Z"), { k: "2026-01-01T00:00:00+00:00" }, true],
    [one("Bool", "true"), { k: "true" }, true],
    [one("Bool", true), { k: "true" }, true],
    [one("Bool", "false"), { k: "true" }, false],
    [one("BinaryEquals", "QmluYXJ5"), { k: "QmluYXJ5" }, true],
    [one("IpAddress", "203.0.113.0/24"), { k: "203.0.113.9" }, true],
    [one("IpAddress", "203.0.113.0/24"), { k: "203.0.114.9" }, false],
    [one("IpAddress", "203.0.113.7"), { k: "203.0.113.7" }, true],
    [one("IpAddress", "2001:db8::/32"), { k: "2001:db8:1::1" }, true],
    [one("IpAddress", "203.0.113.0/24"), { k: "2001:db8:1::1" }, false],
    [one("NotIpAddress", "203.0.113.0/24"), { k: "203.0.114.9" }, true],
    [one("ArnEquals", "arn:aws:sns:*:1:*"), { k: "arn:aws:sns:us-east-1:1:topic" }, true],
    [one("ArnLike", "arn:aws:s3:::bucket/*"), { k: "arn:aws:s3:::bucket/a:b" }, true],
    [one("ArnLike", "arn:aws:sns:*:topic"), { k: "arn:aws:sns:us-east-1:1:topic" }, false],
    [one("ArnNotLike", "arn:aws:sns:*:1:*"), { k: "arn:aws:sns:us-east-1:2:topic" }, true],
    [one("ArnNotEquals", "arn:aws:sns:*:1:*"), { k: "arn:aws:sns:us-east-1:1:topic" }, false],
    [one("Null", "true"), {}, true],
    [one("Null", "true"), { k: "a" }, false],
    [one("Null", "false"), { k: "a" }, true],
    [one("Null", false), {}, false],
  ])("%j holds or not for %j", (condition, context, expected) => {
    expect(holds(condition, context)).toBe(expected);
  });
});

describe("a key that the request does not have", () => {
  test.each<readonly [string, unknown, boolean]>([
    ["StringEquals", "a", false],
    ["StringLike", "*", false],
    ["Bool", "false", false],
    ["StringNotEquals", "a", true],
    ["StringNotLike", "a", true],
    ["NumericNotEquals", "1", true],
    ["DateNotEquals", "2026-01-01", true],
    ["NotIpAddress", "203.0.113.0/24", true],
    ["ArnNotLike", "arn:aws:sns:*:1:*", true],
    ["StringEqualsIfExists", "a", true],
    ["BoolIfExists", "true", true],
    ["StringNotEqualsIfExists", "a", true],
    ["ForAllValues:StringEquals", "a", true],
    ["ForAnyValue:StringEquals", "a", false],
    ["ForAnyValue:StringNotEquals", "a", false],
    ["ForAnyValue:StringEqualsIfExists", "a", true],
  ])("%s is as documented", (operator, values, expected) => {
    expect(holds(one(operator, values), {})).toBe(expected);
  });

  test("IfExists compares a key that is there", () => {
    expect(holds(one("StringEqualsIfExists", "a"), { k: "b" })).toBe(false);
  });
});

// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-single-vs-multi-valued-context-keys.html
describe("keys of several values", () => {
  test.each<Row>([
    [one("ForAllValues:StringEquals", ["a", "b"]), { k: ["a", "b"] }, true],
    [one("ForAllValues:StringEquals", ["a", "b"]), { k: ["a", "c"] }, false],
    [one("ForAllValues:StringEquals", ["a", "b"]), { k: [] }, true],
    [one("ForAnyValue:StringEquals", ["a", "b"]), { k: ["c", "a"] }, true],
    [one("ForAnyValue:StringEquals", ["a", "b"]), { k: ["c", "d"] }, false],
    [one("ForAnyValue:StringEquals", ["a", "b"]), { k: [] }, false],
    [one("ForAllValues:StringNotEquals", ["a", "b"]), { k: ["c", "d"] }, true],
    [one("ForAllValues:StringNotEquals", ["a", "b"]), { k: ["c", "a"] }, false],
    [one("ForAnyValue:StringNotEquals", ["a", "b"]), { k: ["a", "c"] }, true],
    [one("ForAnyValue:StringNotEquals", ["a", "b"]), { k: ["a", "b"] }, false],
    [one("ForAnyValue:StringLike", "a*"), { k: ["x", "ab"] }, true],
  ])("%j holds or not for %j", (condition, context, expected) => {
    expect(holds(condition, context)).toBe(expected);
  });
});

test("all keys of all operators must hold", () => {
  const condition = { StringEquals: { a: "1", b: "2" }, Bool: { c: "true" } };
  expect(holds(condition, { a: "1", b: "2", c: "true" })).toBe(true);
  expect(holds(condition, { a: "1", b: "3", c: "true" })).toBe(false);
  expect(holds(condition, { a: "1", b: "2", c: "false" })).toBe(false);
});

// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html
describe("policy variables", () => {
  const home = [policy({ Action: "*", Resource: "arn:aws:s3:::bucket/${aws:username}/*" })];

  test("stand for the request's value in a resource", () => {
    const resource = "arn:aws:s3:::bucket/ann/key";
    expect(ask({ identity: home }, { resource, context: { "aws:username": "ann" } }).allowed).toBe(true);
    expect(ask({ identity: home }, { resource, context: { "AWS:UserName": "bob" } }).allowed).toBe(false);
  });

  test("without a value match nothing", () => {
    expect(ask({ identity: home }, { resource: "arn:aws:s3:::bucket//key" }).allowed).toBe(false);
  });

  test("without a value stand for what is given in quotes", () => {
    const identity = [
      policy({ Action: "*", Resource: "arn:aws:s3:::bucket/${aws:PrincipalTag/team, 'all'}/*" }),
    ];
    expect(ask({ identity }, { resource: "arn:aws:s3:::bucket/all/key" }).allowed).toBe(true);
  });

  test("may name a tag with spaces", () => {
    const resource = "arn:aws:s3:::bucket/all/key";
    const identity = [
      policy({ Action: "*", Resource: "arn:aws:s3:::bucket/${aws:PrincipalTag/cost center, 'all'}/*" }),
    ];
    expect(ask({ identity }, { resource }).allowed).toBe(true);
    const context = { "aws:PrincipalTag/cost center": "17" };
    expect(ask({ identity }, { resource, context }).allowed).toBe(false);
  });

  test("have no wildcards in their values", () => {
    const resource = "arn:aws:s3:::bucket/ann/key";
    expect(ask({ identity: home }, { resource, context: { "aws:username": "*" } }).allowed).toBe(false);
  });

  test("work in conditions", () => {
    const condition = one("StringLike", ["home/${aws:username}/*"], "s3:prefix");
    expect(holds(condition, { "s3:prefix": "home/ann/x", "aws:username": "ann" })).toBe(true);
    expect(holds(condition, { "s3:prefix": "home/bob/x", "aws:username": "ann" })).toBe(false);
  });

  test("${*}, ${?} and ${$} are the signs", () => {
    expect(holds(one("StringLike", "a${*}b${?}c${$}"), { k: "a*b?c$" })).toBe(true);
    expect(holds(one("StringLike", "a${*}"), { k: "abc" })).toBe(false);
  });
});
