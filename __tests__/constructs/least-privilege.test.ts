import { beforeAll, describe, expect, test } from "vitest";
import { synthesizePipeline } from "../support/synthesize";
import type { Statement, Template } from "../support/template";

// That what is granted is needed, and no more, is proved by __tests__/iam/mutation. Here is what no run can show.

/** What may be granted on everything, each with its reason. */
const unscopable = new Map([
  // https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsx-ray.html
  ["xray:PutTelemetryRecords", "X-Ray has no resources"],
  ["xray:PutTraceSegments", "X-Ray has no resources"],
]);

const isAllow = ({ effect }: Statement) => effect !== "Deny";

// In the policy of a key `*` is that key: https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-overview.html
const isKeyPolicy = (address: string) => address.includes(".key_policy_");

describe.each([
  ["by default", {}],
  [
    "with every option",
    { customerManagedKey: true, enhancedFanOut: true, streamMode: "ON_DEMAND", tracing: true },
  ],
])("every policy of the stack %s", (_, settings) => {
  let template: Template;
  let allowed: { readonly address: string; readonly statement: Statement }[];
  beforeAll(() => {
    template = synthesizePipeline(settings);
    allowed = template
      .policyDocuments()
      .flatMap(({ address, statements }) =>
        statements.filter(isAllow).map((statement) => ({ address, statement })),
      );
    expect(allowed.length).toBeGreaterThan(10);
  });

  test("names its actions in full", () => {
    for (const { address, statement } of allowed.filter((each) => !isKeyPolicy(each.address)))
      for (const action of statement.actions) expect(action, address).toMatch(/^[a-z0-9]+:[A-Za-z]+$/);
  });

  test("names its resources, but for what can't be scoped", () => {
    for (const { address, statement } of allowed.filter((each) => !isKeyPolicy(each.address))) {
      const everything =
        statement.resources?.some((resource) => /^\*|^arn:[^:]*:[^:]*:\*/.test(resource)) ?? false;
      if (everything)
        for (const action of statement.actions)
          expect(unscopable.has(action), `${address} ${action}`).toBe(true);
    }
  });

  test("lets nobody in by a wildcard", () => {
    for (const { address, statement } of allowed)
      for (const { identifiers } of statement.principals ?? [])
        expect(identifiers, address).not.toContain("*");
  });

  test("is of one concern: it grants on one service, and the key of what it grants", () => {
    for (const { address, statements } of template.policyDocuments()) {
      const services = new Set(
        statements.flatMap(({ actions }) => actions.map((action) => action.split(":")[0])),
      );
      services.delete("kms");
      expect(services.size, address).toBeLessThanOrEqual(1);
    }
  });

  test("is there before what uses it", () => {
    const users = [
      "aws_lambda_function",
      "aws_kinesis_firehose_delivery_stream",
      "aws_scheduler_schedule",
    ].flatMap((type) => template.all(type));
    const depended = users.flatMap(({ block }) => (block.depends_on ?? []) as string[]);
    const policies = template.all("aws_iam_role_policy").map(({ address }) => address);
    expect(policies.length).toBeGreaterThan(7);
    expect([...new Set(depended)].sort()).toEqual(policies.sort());
  });
});
