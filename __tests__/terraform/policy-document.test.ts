import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { Resolver } from "../../terraform/expressions/resolver";
import { readDocument } from "../../terraform/inputs/read";
import { temporaryFolder } from "../support/folders";

type Json = Readonly<Record<string, unknown>>;

/** What `data.aws_iam_policy_document.main` of a stack renders to. */
function render(main: Json, others: Json = {}): Json {
  const folder = temporaryFolder();
  const file = join(folder, "cdk.tf.json");
  const data = { aws_iam_policy_document: { main, ...others }, aws_caller_identity: { me: {} } };
  writeFileSync(file, JSON.stringify({ data }));
  const resolver = new Resolver(readDocument(file), { region: "eu-west-1", accountId: "000000000000" });
  const text = resolver.value("${data.aws_iam_policy_document.main.json}", "test");
  return JSON.parse(String(text));
}

// https://registry.terraform.io/providers/hashicorp/aws/latest/docs/data-sources/iam_policy_document
describe("data.aws_iam_policy_document", () => {
  test("allows by default, in the policy version that has variables", () => {
    expect(render({ statement: [{ actions: ["s3:GetObject"], resources: ["*"] }] })).toEqual({
      Version: "2012-10-17",
      Statement: [{ Effect: "Allow", Action: ["s3:GetObject"], Resource: ["*"] }],
    });
  });

  test.each([
    [{ principals: [{ identifiers: ["*"] }] }, "principals: type is required"],
    [{ condition: [{ variable: "aws:SourceIp", values: ["10.0.0.0/8"] }] }, "condition: test is required"],
    [{ condition: [{ test: "IpAddress", values: ["10.0.0.0/8"] }] }, "condition: variable is required"],
  ])("is refused with %j", (statement, message) => {
    expect(() => render({ statement: [statement] })).toThrow(message);
  });

  test("renders every field of a statement", () => {
    const account = "${data.aws_caller_identity.me.account_id}";
    const rendered = render({
      policy_id: "id",
      statement: [
        {
          sid: "One",
          effect: "Deny",
          not_actions: ["s3:*"],
          not_resources: ["arn:aws:s3:::a"],
          principals: [
            { type: "AWS", identifiers: [account, "111111111111"] },
            { type: "Service", identifiers: ["lambda.amazonaws.com"] },
          ],
          condition: [
            { test: "StringEquals", variable: "aws:SourceAccount", values: [account] },
            { test: "StringEquals", variable: "aws:PrincipalOrgID", values: ["o"] },
            { test: "Bool", variable: "aws:SecureTransport", values: ["false"] },
          ],
        },
        { actions: ["sts:AssumeRole"], not_principals: [{ type: "AWS", identifiers: ["*"] }] },
      ],
    });
    expect(rendered).toEqual({
      Version: "2012-10-17",
      Id: "id",
      Statement: [
        {
          Sid: "One",
          Effect: "Deny",
          NotAction: ["s3:*"],
          NotResource: ["arn:aws:s3:::a"],
          Principal: { AWS: ["000000000000", "111111111111"], Service: ["lambda.amazonaws.com"] },
          Condition: {
            StringEquals: { "aws:SourceAccount": ["000000000000"], "aws:PrincipalOrgID": ["o"] },
            Bool: { "aws:SecureTransport": ["false"] },
          },
        },
        { Effect: "Allow", Action: ["sts:AssumeRole"], NotPrincipal: { AWS: ["*"] } },
      ],
    });
  });

  test("takes a statement that is written as one block", () => {
    const statement = { actions: ["s3:*"], resources: ["*"], principals: { type: "*", identifiers: ["*"] } };
    expect(render({ statement }).Statement).toEqual([
      { Effect: "Allow", Action: ["s3:*"], Resource: ["*"], Principal: "*" },
    ]);
  });

  test("writes IAM's variables for &{…}", () => {
    const statement = [{ actions: ["s3:*"], resources: ["arn:aws:s3:::b/&{aws:username}/*"] }];
    expect(render({ statement }).Statement).toMatchObject([
      { Resource: ["arn:aws:s3:::b/${aws:username}/*"] },
    ]);
  });

  test("merges sources, and lets statements of the same sid be overridden", () => {
    const document = (sid: string, action: string) => ({
      statement: [{ sid, actions: [action], resources: ["*"] }],
    });
    const json = (name: string) => `\${data.aws_iam_policy_document.${name}.json}`;
    const { Statement } = render(
      {
        source_policy_documents: [json("one"), json("two")],
        override_policy_documents: [json("over")],
        statement: [{ sid: "Two", actions: ["own:Two"], resources: ["*"] }],
      },
      { one: document("One", "s:One"), two: document("Two", "s:Two"), over: document("One", "o:One") },
    );
    expect(Statement).toMatchObject([
      { Sid: "One", Action: ["o:One"] },
      { Sid: "Two", Action: ["own:Two"] },
    ]);
  });

  test("refuses sources with the same sid", () => {
    const one = { statement: [{ sid: "A", actions: ["s:A"], resources: ["*"] }] };
    const sources = ["${data.aws_iam_policy_document.one.json}", "${data.aws_iam_policy_document.two.json}"];
    expect(() => render({ source_policy_documents: sources }, { one, two: one })).toThrow(
      'two statements have the sid "A"',
    );
  });

  test("refuses statements with the same sid", () => {
    const one = { sid: "A", actions: ["s:A"], resources: ["*"] };
    expect(() => render({ statement: [one, { sid: "B" }, one] })).toThrow(
      'statement: two statements have the sid "A"',
    );
    expect(render({ statement: [{ actions: ["a:*"] }, { actions: ["a:*"] }] }).Statement).toHaveLength(2);
  });

  const documents = (...all: readonly Json[]) => all.map((one) => JSON.stringify(one));

  test("has the last id and the newest version of all documents", () => {
    const old = { version: "2008-10-17" };
    expect(render({ ...old, policy_id: "own" })).toEqual({ Version: "2008-10-17", Id: "own", Statement: [] });
    const sources = documents({ Id: "first" }, { Version: "2012-10-17", Id: "second" }, { Statement: [] });
    expect(render({ ...old, source_policy_documents: sources })).toMatchObject({
      Version: "2012-10-17",
      Id: "second",
    });
    expect(render({ policy_id: "own", source_policy_documents: sources })).toMatchObject({ Id: "own" });
    expect(render({ policy_id: "own", override_policy_documents: documents({ Id: "over" }) }).Id).toBe(
      "over",
    );
    expect(render({})).toEqual({ Version: "2012-10-17", Statement: [] });
    expect(render({ ...old, override_policy_documents: documents({ Version: "2008-10-17" }) }).Version).toBe(
      "2008-10-17",
    );
  });

  test("takes no notice of empty documents, and of what is no object", () => {
    expect(render({ source_policy_documents: ["", null, "5", '"a"'] }).Statement).toEqual([]);
    expect(render({ source_policy_documents: documents({ Statement: { Sid: "A" } }) }).Statement).toEqual([
      { Sid: "A" },
    ]);
  });

  test("overrides in place, and adds what it finds no sid for", () => {
    const { Statement } = render({
      statement: [{ sid: "A", actions: ["own:A"] }, { actions: ["own:*"] }, { sid: "C", actions: ["own:C"] }],
      override_policy_documents: documents({
        Statement: [{ Sid: "C" }, { Sid: "D" }, { Action: "over:*" }, { Sid: "A", Action: "over:A" }],
      }),
    });
    expect(Statement).toEqual([
      { Sid: "A", Action: "over:A" },
      { Effect: "Allow", Action: ["own:*"] },
      { Sid: "C" },
      { Sid: "D" },
      { Action: "over:*" },
    ]);
  });

  test("collects principals of a type and values of a condition", () => {
    const [statement] = render({
      statement: {
        principals: [
          { type: "AWS", identifiers: ["1"] },
          { type: "AWS", identifiers: ["2"] },
        ],
        condition: [
          { test: "StringEquals", variable: "a", values: ["1"] },
          { test: "StringEquals", variable: "a", values: [2, "&{aws:x}"] },
        ],
      },
    }).Statement as Json[];
    expect(statement).toEqual({
      Effect: "Allow",
      Principal: { AWS: ["1", "2"] },
      Condition: { StringEquals: { a: ["1", 2, "${aws:x}"] } },
    });
  });

  test("lets anyone in where one of the principals is everyone", () => {
    const principals = (type: string, identifiers: string[]) =>
      (render({ statement: { principals: [{ type, identifiers }] } }).Statement as Json[])[0]?.Principal;
    expect(principals("*", ["*"])).toBe("*");
    expect(principals("AWS", ["*"])).toEqual({ AWS: ["*"] });
    expect(principals("*", ["1"])).toEqual({ "*": ["1"] });
  });

  test.each([
    [{ principals: [{ type: null, identifiers: ["*"] }] }, "principals: type is required"],
    [{ condition: [{ test: "", variable: "a", values: [] }] }, "condition: test is required"],
    [{ condition: [{ test: "Bool", variable: null, values: [] }] }, "condition: variable is required"],
  ])("is refused with an argument that is empty: %j", (statement, message) => {
    expect(() => render({ statement: [statement] })).toThrow(message);
  });

  test("is refused with dynamic blocks, which only Terraform knows", () => {
    expect(() => render({ dynamic: { statement: {} } })).toThrow(
      "dynamic blocks are known only to Terraform",
    );
  });

  test("is the same in its minified form", () => {
    const file = join(temporaryFolder(), "cdk.tf.json");
    writeFileSync(file, JSON.stringify({ data: { aws_iam_policy_document: { main: {} } } }));
    const resolver = new Resolver(readDocument(file), { region: "eu-west-1", accountId: "000000000000" });
    const main = "data.aws_iam_policy_document.main";
    expect(resolver.value(`\${${main}.minified_json}`, "it")).toBe(resolver.value(`\${${main}.json}`, "it"));
  });
});
