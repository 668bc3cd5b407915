import { join } from "node:path";
import { logRetentionChoices } from "@streaming-data-lake/rules/limits";
import { App } from "cdktf";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { PipelineStack } from "../../stacks/pipeline-stack";
import { parseSettings, SettingsError } from "../../stacks/settings";
import { temporaryFolder } from "../support/folders";
import { isWhole } from "../support/share";
import { handlerEntry, synthesizePipeline } from "../support/synthesize";
import { Terraform } from "../support/terraform/terraform";

const integer = (min: number, max: number) => fc.integer({ min, max });

const independent = {
  project: fc.stringMatching(/^[a-z][a-z0-9-]{1,18}[a-z0-9]$/),
  environment: fc.stringMatching(/^[a-z][a-z0-9]{0,9}$/),
  region: fc.constantFrom("us-east-1", "eu-west-1", "ap-southeast-2", "ca-central-1"),
  stateBucket: fc.constantFrom(undefined, "my-states"),
  streamRetentionHours: integer(24, 8760),
  batchSize: integer(1, 10_000),
  parallelizationFactor: integer(1, 10),
  maximumRetryAttempts: integer(0, 10_000),
  enhancedFanOut: fc.boolean(),
  readFrom: fc.constantFrom(undefined, "2026-01-15T10:30:00Z"),
  tracing: fc.boolean(),
  functionMemoryMegabytes: integer(128, 10_240),
  alertThresholdCelsius: fc.double({ min: -90, max: 60, noNaN: true }),
  bufferSeconds: integer(1, 900),
  bufferMebibytes: integer(64, 128),
  retentionDays: integer(2, 3650),
  errorRetentionDays: integer(1, 3650),
  resultRetentionDays: integer(1, 3650),
  logRetentionDays: fc.constantFrom(...logRetentionChoices),
  scanCutoffMebibytes: integer(10, 1_048_576),
  customerManagedKey: fc.boolean(),
  forceDestroy: fc.constantFrom(undefined, false),
};

/** Settings that are right, alone and together. */
const rightSettings = fc
  .record(independent, { requiredKeys: [] })
  .chain((settings) =>
    fc.record({
      settings: fc.constant(settings),
      stream: fc.oneof(
        fc.record({ streamMode: fc.constant("ON_DEMAND") }),
        fc.record({ streamMode: fc.constant("PROVISIONED"), shardCount: integer(1, 500) }),
        fc.constant({}),
      ),
      times: fc.tuple(integer(1, 900), integer(0, 300)).map(([timeout, window]) => ({
        functionTimeoutSeconds: timeout,
        batchingWindowSeconds: Math.min(timeout, window),
      })),
      budget: fc.oneof(
        fc.constant({}),
        fc.record({
          alarmEmails: fc.array(fc.constantFrom("a@example.com", "b@example.com"), {
            minLength: 1,
            maxLength: 10,
          }),
          monthlyBudgetDollars: fc.option(integer(1, 1_000_000), { nil: undefined }),
        }),
      ),
    }),
  )
  .map(({ settings, stream, times, budget }) => ({ ...settings, ...stream, ...times, ...budget }));

const outside = (min: number, max: number) =>
  fc.oneof(
    integer(-1_000_000, min - 1),
    integer(max + 1, 10_000_000),
    fc.double({ noInteger: true, noNaN: true }),
  );
const noWholeNumber = fc.oneof(
  fc.string(),
  fc.boolean(),
  fc.constant(null),
  fc.array(fc.integer()),
  fc.object(),
);

/** One setting that is wrong whatever the others are. */
const wrongSetting = fc.oneof(
  ...Object.entries({
    shardCount: outside(1, 500),
    streamRetentionHours: outside(24, 8760),
    batchSize: outside(1, 10_000),
    batchingWindowSeconds: outside(0, 300),
    parallelizationFactor: outside(1, 10),
    maximumRetryAttempts: outside(0, 10_000),
    functionMemoryMegabytes: outside(128, 10_240),
    functionTimeoutSeconds: outside(1, 900),
    bufferSeconds: outside(1, 900),
    bufferMebibytes: outside(64, 128),
    retentionDays: outside(2, 3650),
    errorRetentionDays: outside(1, 3650),
    resultRetentionDays: outside(1, 3650),
    scanCutoffMebibytes: outside(10, 1_048_576),
    monthlyBudgetDollars: outside(1, 1_000_000),
  }).map(([name, wrong]) => fc.tuple(fc.constant(name), fc.oneof(wrong, noWholeNumber))),
  fc.tuple(
    fc.constantFrom("project", "environment", "region", "stateBucket"),
    fc.oneof(fc.constant(""), fc.constant("A b"), fc.integer()),
  ),
  fc.tuple(
    fc.constantFrom("customerManagedKey", "enhancedFanOut", "forceDestroy"),
    fc.oneof(fc.string(), fc.integer()),
  ),
  fc.tuple(
    fc
      .string({ minLength: 1 })
      .filter((name) => /^\w+$/.test(name) && !/^(project|environment|region)$/.test(name)),
    fc.integer(),
  ),
);

describe("right settings", () => {
  test("always make a stack", () => {
    fc.assert(
      fc.property(rightSettings, (settings) => {
        const template = synthesizePipeline(settings);
        expect(template.all("aws_kinesis_stream")).toHaveLength(1);
        expect(template.all("aws_cloudwatch_metric_alarm").length).toBeLessThanOrEqual(20);
        for (const { block } of template.all("aws_iam_role"))
          expect(String(block.name).length).toBeLessThanOrEqual(64);
      }),
      { numRuns: isWhole ? 50 : 6 },
    );
  }, 180_000);
});

describe("a wrong setting", () => {
  test("is always refused by its name", () => {
    fc.assert(
      fc.property(rightSettings, wrongSetting, (settings, [name, value]) => {
        try {
          parseSettings({ ...settings, [name]: value });
        } catch (error) {
          expect(error).toBeInstanceOf(SettingsError);
          expect((error as SettingsError).problems).toContainEqual(
            expect.stringMatching(new RegExp(`^cdktf\\.json: context\\.pipeline\\.${name} is `)),
          );
          return;
        }
        expect.unreachable(`${name} ${JSON.stringify(value)} was taken`);
      }),
      { numRuns: isWhole ? 2_000 : 200 },
    );
  });
});

// Terraform's provider takes seconds to start.
describe.runIf(isWhole)("a sample of stacks", () => {
  let terraform: Terraform | string;
  const folder = temporaryFolder();
  beforeAll(() => {
    terraform = Terraform.prepare();
  }, 120_000);
  afterAll(async () => {
    if (typeof terraform !== "string") await terraform?.end();
  });

  test("is accepted by Terraform without a warning", async ({ skip }) => {
    if (typeof terraform === "string") return skip(terraform);
    const samples = fc.sample(rightSettings, { numRuns: 4, seed: 20_240_115 });
    for (const [index, settings] of samples.entries()) {
      const outdir = join(folder, `sample-${index}`);
      const app = new App({ outdir, stackTraces: false });
      new PipelineStack(app, "sensor-lake", { settings: parseSettings(settings), handlerEntry });
      app.synth();
      expect(await terraform.validate(join(outdir, "stacks/sensor-lake")), JSON.stringify(settings)).toEqual(
        [],
      );
    }
  }, 120_000);
});
