import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Authority, type Call } from "../local/iam/index";
import { loadStack } from "../terraform/index";
import type { Measurement } from "./measurement";

const decisions = 100_000;

/** How long a decision takes, by a role with ten policies of ten statements. */
export async function run(): Promise<Measurement[]> {
  const authority = new Authority(stackOfPolicies(10, 10));
  const caller = { roleArn: "arn:aws:iam::000000000000:role/r", session: "s" };
  const call: Call = { caller, action: "s9:Do9", resource: "arn:aws:s9:::thing/9/key" };
  const microseconds = (decide: (index: number) => void) => {
    for (let index = 0; index < 10_000; index++) decide(index);
    const started = performance.now();
    for (let index = 0; index < decisions; index++) decide(index);
    return ((performance.now() - started) * 1000) / decisions;
  };
  const limit = (what: string, value: number): Measurement => ({
    what,
    value,
    unit: "µs",
    target: "< 5",
    reached: value < 5,
  });
  return [
    limit(
      "the same call again",
      microseconds(() => authority.decide(call)),
    ),
    limit(
      "a call like one before",
      microseconds(() => authority.decide({ ...call })),
    ),
    {
      what: "a call that is new",
      value: microseconds((index) =>
        authority.decide({ ...call, resource: `arn:aws:s9:::thing/9/${index}` }),
      ),
      unit: "µs",
    },
  ];
}

function stackOfPolicies(policies: number, statements: number) {
  const folder = mkdtempSync(join(tmpdir(), "bench-iam-"));
  try {
    const aws_iam_role_policy = Object.fromEntries(
      Array.from({ length: policies }, (_, policy) => [
        `p${policy}`,
        {
          name: `p${policy}`,
          role: "r",
          policy: JSON.stringify({
            Version: "2012-10-17",
            Statement: Array.from({ length: statements }, (_, statement) => ({
              Effect: "Allow",
              Action: [`s${policy}:Do${statement}`, `s${policy}:Get${statement}`],
              Resource: [`arn:aws:s${policy}:::thing/${statement}/*`],
              Condition: { Bool: { "aws:SecureTransport": "true" } },
            })),
          }),
        },
      ]),
    );
    const trust = {
      Statement: { Effect: "Allow", Principal: { Service: "x.com" }, Action: "sts:AssumeRole" },
    };
    const aws_iam_role = { r: { name: "r", assume_role_policy: JSON.stringify(trust) } };
    const file = join(folder, "cdk.tf.json");
    writeFileSync(file, JSON.stringify({ resource: { aws_iam_role, aws_iam_role_policy } }));
    return loadStack(file);
  } finally {
    rmSync(folder, { recursive: true });
  }
}
