import { describe, expect, test } from "vitest";
import { CallContext, compilePolicy, decide, parsePolicy } from "../../local/iam/index";
import { session } from "./support";

const parse = (policy: unknown) => parsePolicy(JSON.stringify(policy), "aws_iam_policy.x");
const statement = { Effect: "Allow", Action: "s3:GetObject", Resource: "*" };

describe("a policy", () => {
  test("may hold one statement or several, one value or several", () => {
    expect(parse({ Statement: statement }).statements).toEqual(
      parse({ Statement: [{ ...statement, Action: ["s3:GetObject"], Resource: ["*"] }] }).statements,
    );
  });

  test("of 2008 takes variables as they stand", () => {
    const allows = (Version: string, resource: string) => {
      const document = parse({
        Version,
        Statement: { ...statement, Resource: "arn:aws:s3:::b/${aws:username}" },
      });
      const policies = { identity: [compilePolicy({ address: "x", name: "x" }, document)] };
      const context = new CallContext({ "aws:username": "ann" });
      return decide({ principal: session, action: "s3:GetObject", resource, context }, policies).allowed;
    };
    expect(allows("2012-10-17", "arn:aws:s3:::b/ann")).toBe(true);
    expect(allows("2008-10-17", "arn:aws:s3:::b/ann")).toBe(false);
    expect(allows("2008-10-17", "arn:aws:s3:::b/${aws:username}")).toBe(true);
  });

  test.each<readonly [unknown, string]>([
    [[], 'aws_iam_policy.x: must be an object with "Statement"'],
    [
      { Statements: [] },
      'aws_iam_policy.x: there is no element "Statements"; there are Version, Id, Statement',
    ],
    [
      { Version: "2026-01-01", Statement: [] },
      'aws_iam_policy.x: Version must be "2012-10-17", not "2026-01-01"',
    ],
    [
      { Statement: { ...statement, Effect: "allow" } },
      'Statement[0].Effect must be "Allow" or "Deny", not "allow"',
    ],
    [{ Statement: { Effect: "Allow", Resource: "*" } }, "Statement[0] needs Action or NotAction"],
    [{ Statement: { ...statement, NotAction: "s3:*" } }, "Statement[0] has both Action and NotAction"],
    [
      { Statement: { ...statement, Action: "GetObject" } },
      '"GetObject" is not an action; it must be like "s3:GetObject"',
    ],
    [{ Statement: { ...statement, Conditions: {} } }, 'there is no element "Conditions"'],
    [{ Statement: { ...statement, Condition: { StringIs: {} } } }, 'there is no operator "StringIs"'],
    [{ Statement: { ...statement, Condition: { NullIfExists: {} } } }, 'there is no operator "NullIfExists"'],
    [{ Statement: { ...statement, Principal: "me" } }, 'Principal must be "*" or an object'],
    [{ Statement: { ...statement, Principal: { Aws: "1" } } }, '"Aws" must be one of AWS, Service'],
    [
      {
        Statement: [
          { ...statement, Sid: "A" },
          { ...statement, Sid: "A" },
        ],
      },
      'two statements have the Sid "A"',
    ],
    [{ Statement: { ...statement, Action: [] } }, "Statement[0].Action is empty; it must have a value"],
    [
      { Statement: { ...statement, Principal: { AWS: "arn:aws:iam::1:role/*" } } },
      'Statement[0].Principal: "arn:aws:iam::1:role/*" has a wildcard; it must be a whole ARN',
    ],
    [
      { Statement: { ...statement, Principal: "*", NotPrincipal: "*" } },
      "Statement[0] has both Principal and NotPrincipal; it must have one of them",
    ],
    [{ Statement: { ...statement, Condition: [] } }, "Statement[0].Condition must be an object"],
    [
      { Statement: { ...statement, Condition: { StringEquals: "a" } } },
      "Statement[0].Condition.StringEquals must be an object",
    ],
    [
      { Statement: { ...statement, Condition: { StringEquals: { "aws:a": {} } } } },
      "Statement[0].Condition.StringEquals.aws:a must be text or a list of texts",
    ],
    [
      { Statement: { ...statement, Principal: { AWS: {} } } },
      "Statement[0].Principal.AWS must be text or a list of texts",
    ],
    [
      { Statement: { Effect: "Allow", NotAction: [], Resource: "*" } },
      "Statement[0].NotAction is empty; it must have a value",
    ],
    [{ Statement: { ...statement, Action: "s3:Get Object" } }, '"s3:Get Object" is not an action'],
    [{ Statement: { ...statement, Action: "s 3:GetObject" } }, '"s 3:GetObject" is not an action'],
    [{ Statement: { ...statement, Resource: {} } }, "Statement[0].Resource must be text or a list of texts"],
  ])("%j is refused in one line", (policy, message) => {
    expect(() => parse(policy)).toThrow(message);
  });

  test("that is no JSON is refused with its place", () => {
    expect(() => parsePolicy("{")).toThrow(/^policy: is not JSON: /);
  });

  test("has its id, its sids and its principals", () => {
    const more = { Sid: "A", Principal: { AWS: ["1", "*"], Service: "a.amazonaws.com" } };
    const { id, statements } = parse({ Id: "it", Statement: [{ ...statement, ...more }] });
    expect(id).toBe("it");
    expect(statements[0]).toMatchObject({
      sid: "A",
      principal: {
        not: false,
        everybody: true,
        named: [
          { type: "AWS", name: "1" },
          { type: "AWS", name: "*" },
          { type: "Service", name: "a.amazonaws.com" },
        ],
      },
    });
  });

  test("has no id and no sid where they are empty or no text", () => {
    const parsed = parse({
      Id: 5,
      Statement: [
        { ...statement, Sid: "" },
        { ...statement, Sid: 5 },
      ],
    });
    expect("id" in parsed).toBe(false);
    for (const one of parsed.statements) expect("sid" in one).toBe(false);
  });

  test("names everybody by a star, and all but those by NotPrincipal", () => {
    const principal = (more: object) =>
      parse({ Statement: { ...statement, ...more } }).statements[0]?.principal;
    expect(principal({ Principal: "*" })).toEqual({ not: false, everybody: true, named: [] });
    expect(principal({ NotPrincipal: "*" })).toEqual({ not: true, everybody: true, named: [] });
    expect(principal({ NotPrincipal: { AWS: "1" } })).toMatchObject({ not: true, everybody: false });
    expect(principal({ Principal: { Service: "*" } })).toMatchObject({ everybody: false });
    expect(principal({})).toBeUndefined();
  });
});
