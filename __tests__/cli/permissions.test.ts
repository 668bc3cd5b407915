import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeEach, describe, expect, it } from "vitest";
import { Usage } from "../../local/iam/index";
import { AccessControl } from "../../local/runner/access/control";
import { addUsage } from "../../local/runner/access/usage-file";
import { loadStack } from "../../terraform/index";
import { temporaryFolder } from "../support/folders";
import { runCli } from "./support";

const stream = "arn:aws:kinesis:us-east-1:000000000000:stream/orders";
let dir: string;
let stack: string;

beforeEach(() => {
  dir = temporaryFolder();
  stack = join(dir, "cdk.tf.json");
  const document = (...statements: readonly object[]) =>
    JSON.stringify({ Version: "2012-10-17", Statement: statements });
  writeFileSync(
    stack,
    JSON.stringify({
      resource: {
        aws_iam_role: {
          reader: {
            name: "reader",
            assume_role_policy: document({
              Effect: "Allow",
              Principal: { Service: "lambda.amazonaws.com" },
              Action: "sts:AssumeRole",
            }),
          },
        },
        aws_iam_role_policy: {
          read: {
            name: "read",
            role: "reader",
            policy: document(
              { Effect: "Allow", Action: ["kinesis:GetRecords", "kinesis:ListShards"], Resource: stream },
              { Sid: "Spare", Effect: "Allow", Action: "sqs:SendMessage", Resource: "*" },
            ),
          },
        },
      },
    }),
  );
});

/** Writes down that the role has called an action so often, as a runner does. */
function use(action: string, times: number): void {
  const access = new AccessControl({ stack: loadStack(stack), mode: "report", onTrouble: () => {} });
  const caller = { roleArn: "arn:aws:iam::000000000000:role/reader", session: "orders" };
  for (let time = 0; time < times; time++) access.authorize({ caller, action, resource: stream });
  addUsage(dir, access.usage.list());
}

const permissions = (...more: readonly string[]) =>
  runCli(["permissions", "--stack", stack, "--dir", dir, ...more]);

describe("permissions", () => {
  it("prints who did what how often, what allowed it, and what was never used", async () => {
    use("kinesis:GetRecords", 3);
    use("kinesis:GetRecords", 2);
    const { code, stdout } = await permissions();
    expect(code).toBe(0);
    expect(stdout).toMatch(/role\s+.*action\s+.*resource\s+.*times\s+.*decision/);
    expect(stdout).toMatch(/reader.*kinesis:GetRecords.*5.*aws_iam_role_policy\.read: statement 1/);
    expect(stdout).toContain("never used: aws_iam_role_policy.read: statement 1, kinesis:ListShards");
    expect(stdout).toContain("never used: aws_iam_role_policy.read: statement 2 (Spare)\n");
    expect(stdout).toContain("never used: aws_iam_role.reader: statement 1\n");
  });

  it("tells of what the present policies would deny, in AWS's words", async () => {
    use("kinesis:PutRecords", 1);
    const { stdout } = await permissions();
    expect(stdout).toMatch(/kinesis:PutRecords.*DENIED/);
    expect(stdout).toContain(
      "denied: User: arn:aws:sts::000000000000:assumed-role/reader/orders is not authorized to perform: kinesis:PutRecords",
    );
  });

  it("prints the same as JSON", async () => {
    use("kinesis:GetRecords", 1);
    const { stdout } = await permissions("--json");
    const { calls, unused } = JSON.parse(stdout);
    expect(calls).toMatchObject([{ action: "kinesis:GetRecords", times: 1, effect: "allow" }]);
    expect(unused).toHaveLength(3);
  });

  it("says that nothing has run", async () => {
    const { code, stderr } = await permissions();
    expect(code).toBe(1);
    expect(stderr).toContain(`no call was made in a role's name in ${dir}`);
  });

  it("refuses a mode that there isn't", async () => {
    const { code, stderr } = await runCli(["run", "--iam", "off"]);
    expect(code).toBe(2);
    expect(stderr).toContain("enforce");
  });
});

describe("what is remembered of calls", () => {
  it("is one row for the objects that one statement allows", () => {
    const access = new AccessControl({ stack: loadStack(stack), mode: "report", onTrouble: () => {} });
    const caller = { roleArn: "arn:aws:iam::000000000000:role/reader", session: "orders" };
    for (let index = 0; index < 100; index++)
      access.authorize({
        caller,
        action: "sqs:SendMessage",
        resource: `arn:aws:sqs:us-east-1:000000000000:q${index}`,
      });
    expect(access.usage.list()).toMatchObject([{ times: 100 }]);
  });

  it("does not grow without end", () => {
    const usage = new Usage();
    const decision = () => ({ allowed: false, effect: "implicit deny", by: [], reason: "" }) as const;
    const caller = { service: "x.amazonaws.com" };
    for (let index = 0; index < 5_000; index++)
      usage.add({ caller, action: "s3:GetObject", resource: `arn:aws:s3:::b/${index}` }, decision());
    expect(usage.list().length).toBeLessThan(2_100);
    expect(usage.list().reduce((sum, { times }) => sum + times, 0)).toBe(5_000);
  });
});
