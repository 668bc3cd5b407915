import { describe, expect, test } from "vitest";
import { parseSettings, pipelineSettings, SettingsError } from "../../stacks/settings";

function problemsOf(context: unknown): readonly string[] {
  try {
    parseSettings(context);
    return [];
  } catch (error) {
    if (error instanceof SettingsError) return error.problems;
    throw error;
  }
}

const at = "cdktf.json: context.pipeline";
const projectRule = "3-20 lower-case letters, digits and hyphens, without a prefix that S3 reserves";

describe("settings", () => {
  test("have a default each, so that none has to be given", () => {
    const defaults = {
      project: "sensor-lake",
      environment: "dev",
      region: "us-east-1",
      streamMode: "PROVISIONED",
      streamRetentionHours: 24,
      batchSize: 100,
      batchingWindowSeconds: 1,
      parallelizationFactor: 1,
      maximumRetryAttempts: 10,
      enhancedFanOut: false,
      tracing: false,
      functionMemoryMegabytes: 256,
      functionTimeoutSeconds: 60,
      alertThresholdCelsius: 30,
      bufferSeconds: 60,
      bufferMebibytes: 64,
      retentionDays: 365,
      errorRetentionDays: 90,
      resultRetentionDays: 7,
      logRetentionDays: 14,
      scanCutoffMebibytes: 10_240,
      customerManagedKey: false,
      alarmEmails: [],
    };
    expect(parseSettings({})).toEqual(defaults);
    expect(parseSettings(undefined)).toEqual(defaults);
  });

  test("are taken as given", () => {
    const given = {
      shardCount: 4,
      bufferSeconds: 300,
      alarmEmails: ["a@example.com"],
      monthlyBudgetDollars: 20,
    };
    expect(parseSettings(given)).toMatchObject(given);
  });

  test("say in a sentence what each is for", () => {
    for (const [name, field] of Object.entries(pipelineSettings.shape))
      expect(field.description, name).toMatch(/^[A-Z].{9,}[^.]$/);
  });

  test("that are wrong are thrown together, one line each", () => {
    const parse = () => parseSettings({ shardCount: 0, batchSize: 0 });
    expect(parse).toThrow(expect.objectContaining({ name: "SettingsError" }));
    expect(parse).toThrow(/^cdktf\.json: .*shardCount is 0: .*\ncdktf\.json: .*batchSize is 0: .*$/);
  });

  test.each([
    ["environment", { environment: "prod!", forceDestroy: true }],
    ["alarmEmails", { alarmEmails: 5, monthlyBudgetDollars: 5 }],
    ["stateBucket", { stateBucket: "Bucket", stateRegion: "eu-west-1" }],
  ])("are not measured by %s while that is wrong itself", (name, settings) => {
    expect(problemsOf(settings)).toEqual([expect.stringContaining(`${at}.${name} is `)]);
  });

  test("that are misspelt are refused with the name that was meant, or the names there are", () => {
    const [misspelt, unknown, ...others] = problemsOf({ shardCuont: 2, colour: "red" });
    expect(others).toEqual([]);
    expect(misspelt).toBe(`${at}.shardCuont is not a setting; did you mean shardCount?`);
    expect(unknown).toMatch(/colour is not a setting; there are project, environment, region, /);
  });

  test("are all reported at once, also those that do not go together", () => {
    expect(
      problemsOf({
        project: "Sensor Lake",
        region: "mars",
        bufferMebibytes: 32,
        retentionDays: 1,
        alertThresholdCelsius: "hot",
        batchingWindowSeconds: 90,
        monthlyBudgetDollars: 5,
      }),
    ).toEqual([
      `${at}.project is "Sensor Lake": must be ${projectRule}`,
      `${at}.region is "mars": must be an AWS region such as us-east-1, outside China and GovCloud`,
      `${at}.alertThresholdCelsius is "hot": must be a number of degrees Celsius from -90 to 60`,
      `${at}.bufferMebibytes is 32: must be a whole number of MiB from 64 to 128`,
      `${at}.retentionDays is 1: must be a whole number of days from 2 to 3650`,
      `${at}.batchingWindowSeconds is 90: must be functionTimeoutSeconds at most`,
      `${at}.monthlyBudgetDollars is 5: must be given together with alarmEmails, which receive its warnings`,
    ]);
  });

  test.each([
    ["project", "ab", projectRule],
    ["project", "a".repeat(21), projectRule],
    ["project", "sensor-", projectRule],
    ["project", "1sensors", projectRule],
    ["project", "xn--sensors", projectRule],
    ["project", "sthree-sensors", projectRule],
    ["project", "amzn-s3-demo-x", projectRule],
    ["environment", "Prod", "1-10 lower-case letters and digits"],
    ["environment", "environment", "1-10 lower-case letters and digits"],
    ["environment", "my-dev", "1-10 lower-case letters and digits"],
    ["region", "us-east", "an AWS region such as us-east-1, outside China and GovCloud"],
    ["region", "xus-east-1", "an AWS region such as us-east-1, outside China and GovCloud"],
    ["region", "us-east-1a", "an AWS region such as us-east-1, outside China and GovCloud"],
    ["region", "us-gov-west-1", "an AWS region such as us-east-1, outside China and GovCloud"],
    ["region", "cn-north-1", "an AWS region such as us-east-1, outside China and GovCloud"],
    ["readFrom", "yesterday", "a past time such as 2026-01-15T10:30:00Z"],
    ["region", "us-northeasterly-1", "an AWS region such as us-east-1, outside China and GovCloud"],
    ["stateBucket", "states-", "the name of an S3 bucket"],
    ["stateBucket", "-states", "the name of an S3 bucket"],
    ["stateBucket", "Bucket", "the name of an S3 bucket"],
    ["streamMode", "on demand", '"PROVISIONED" or "ON_DEMAND"'],
    ["shardCount", 0, "a whole number of shards from 1 to 500"],
    ["shardCount", 501, "a whole number of shards from 1 to 500"],
    ["shardCount", 1.5, "a whole number of shards from 1 to 500"],
    ["streamRetentionHours", 23, "a whole number of hours from 24 to 8760"],
    ["streamRetentionHours", 8761, "a whole number of hours from 24 to 8760"],
    ["batchSize", 0, "a whole number of records from 1 to 10000"],
    ["batchSize", 10_001, "a whole number of records from 1 to 10000"],
    ["batchingWindowSeconds", -1, "a whole number of seconds from 0 to 300"],
    ["parallelizationFactor", 0, "a whole number of batches from 1 to 10"],
    ["parallelizationFactor", 11, "a whole number of batches from 1 to 10"],
    ["maximumRetryAttempts", -1, "a whole number of retries from 0 to 10000"],
    ["maximumRetryAttempts", 10_001, "a whole number of retries from 0 to 10000"],
    ["enhancedFanOut", "yes", "true or false"],
    ["functionMemoryMegabytes", 127, "a whole number of megabytes from 128 to 10240"],
    ["functionMemoryMegabytes", 10_241, "a whole number of megabytes from 128 to 10240"],
    ["functionTimeoutSeconds", 0, "a whole number of seconds from 1 to 900"],
    ["functionTimeoutSeconds", 901, "a whole number of seconds from 1 to 900"],
    ["alertThresholdCelsius", -91, "a number of degrees Celsius from -90 to 60"],
    ["alertThresholdCelsius", 61, "a number of degrees Celsius from -90 to 60"],
    ["bufferSeconds", -1, "a whole number of seconds from 1 to 900"],
    ["bufferSeconds", 0, "a whole number of seconds from 1 to 900"],
    ["bufferSeconds", 901, "a whole number of seconds from 1 to 900"],
    ["bufferMebibytes", 63, "a whole number of MiB from 64 to 128"],
    ["bufferMebibytes", 129, "a whole number of MiB from 64 to 128"],
    ["retentionDays", 3651, "a whole number of days from 2 to 3650"],
    ["errorRetentionDays", 0, "a whole number of days from 1 to 3650"],
    ["errorRetentionDays", 3651, "a whole number of days from 1 to 3650"],
    ["resultRetentionDays", 0, "a whole number of days from 1 to 3650"],
    ["resultRetentionDays", 3651, "a whole number of days from 1 to 3650"],
    ["scanCutoffMebibytes", 9, "a whole number of MiB from 10 to 1048576"],
    ["scanCutoffMebibytes", 1_048_577, "a whole number of MiB from 10 to 1048576"],
    ["customerManagedKey", 1, "true or false"],
    ["alarmEmails", ["nobody"], "a list of up to ten e-mail addresses"],
    ["alarmEmails", Array(11).fill("a@example.com"), "a list of up to ten e-mail addresses"],
    ["forceDestroy", "true", "true or false"],
  ])("%s %j is refused", (name, value, rule) => {
    expect(problemsOf({ [name]: value })).toEqual([
      `${at}.${name} is ${JSON.stringify(value)}: must be ${rule}`,
    ]);
  });

  test("a log retention that CloudWatch does not know is refused", () => {
    expect(problemsOf({ logRetentionDays: 10 })).toEqual([
      expect.stringMatching(
        /logRetentionDays is 10: must be one of CloudWatch's 1, 3, 5, 7, 14, .*, 3653 days$/,
      ),
    ]);
  });

  test("a budget of no dollars is refused", () => {
    expect(problemsOf({ monthlyBudgetDollars: 0, alarmEmails: ["a@example.com"] })).toEqual([
      `${at}.monthlyBudgetDollars is 0: must be a whole number of US dollars from 1 to 1000000`,
    ]);
  });

  test.each([
    ["shardCount", 1],
    ["shardCount", 500],
    ["streamRetentionHours", 8760],
    ["batchSize", 1],
    ["batchSize", 10_000],
    ["parallelizationFactor", 10],
    ["batchingWindowSeconds", 60],
    ["functionMemoryMegabytes", 128],
    ["functionTimeoutSeconds", 900],
    ["bufferSeconds", 1],
    ["bufferSeconds", 900],
    ["bufferMebibytes", 128],
    ["retentionDays", 2],
    ["scanCutoffMebibytes", 10],
    ["alertThresholdCelsius", -90],
    ["alertThresholdCelsius", 60],
    ["alertThresholdCelsius", 29.5],
    ["environment", "p"],
    ["streamMode", "PROVISIONED"],
    ["region", "ap-southeast-2"],
    ["region", "ap-northeast-1"],
    ["readFrom", "2026-01-15T10:30:00Z"],
  ])("%s %j is at a limit and taken", (name, value) => {
    expect(parseSettings({ [name]: value })).toMatchObject({ [name]: value });
  });

  test("an on-demand stream has no shard count", () => {
    expect(problemsOf({ streamMode: "ON_DEMAND", shardCount: 2 })).toEqual([
      `${at}.shardCount is 2: must be left out with streamMode "ON_DEMAND"`,
    ]);
    expect(problemsOf({ streamMode: "ON_DEMAND" })).toEqual([]);
  });

  test("a state region takes a state bucket", () => {
    expect(problemsOf({ stateRegion: "eu-west-1" })).toEqual([
      `${at}.stateRegion is "eu-west-1": must be given together with stateBucket`,
    ]);
    expect(problemsOf({ stateRegion: "eu-west-1", stateBucket: "my.states" })).toEqual([]);
  });

  test.each(["prod", "production", "live"])("data in %s is never destroyed", (environment) => {
    expect(problemsOf({ environment, forceDestroy: true })).toEqual([
      `${at}.forceDestroy is true: must be false in production: empty the bucket by hand if you mean it`,
    ]);
    expect(problemsOf({ environment, forceDestroy: false })).toEqual([]);
  });

  test("data may be destroyed where a name only sounds like production", () => {
    expect(problemsOf({ environment: "delivery", forceDestroy: true })).toEqual([]);
  });

  test.each([[[]], ["dev"], [7]])("%j in place of the settings is refused", (context) => {
    expect(problemsOf(context)).toEqual([
      `${at} is ${JSON.stringify(context)}: must be an object of settings`,
    ]);
  });
});
