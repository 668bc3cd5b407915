import { readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { rollupStatement } from "@streaming-data-lake/dataset/rollup";
import type { Access, Schedule } from "@streaming-data-lake/terraform/types";
import { afterEach, beforeEach, describe, expect, it, onTestFinished, vi } from "vitest";
import type { Authorize } from "../../local/runner/access/control";
import type { EndedQuery } from "../../local/runner/cloudwatch/service-metrics";
import { type Fault, Faults } from "../../local/runner/faults";
import { Schedules, type SchedulesOptions } from "../../local/runner/schedules";
import { reading, sensorData, sensorHourly, writeReadings } from "../lake/lake-fixture";
import { temporaryFolder } from "../support/folders";
import { denied } from "./fixtures/denied";

const queue = "arn:aws:sqs:us-east-1:000000000000:discarded";
const hourly: Schedule = {
  address: "aws_scheduler_schedule.hourly",
  name: "sensor-hourly",
  expression: "cron(15 * * * ? *)",
  timeZone: "UTC",
  enabled: true,
  sql: rollupStatement({ alertThresholdCelsius: 30 }),
  workgroup: "hourly",
  roleArn: "arn:aws:iam::000000000000:role/hourly",
  deadLetterArn: queue,
};

const access: Access = {
  roles: [],
  rolePolicies: [],
  resourcePolicies: [],
  keys: [],
  queues: [],
  topics: [],
  logGroups: [],
  buckets: [],
  workgroups: [],
  accessLogs: [],
  tags: new Map(),
};

let folder: string;

/** The schedules of a stack, with all that they tell. */
function schedulesOf(schedules: readonly Schedule[], options: Partial<SchedulesOptions> = {}) {
  const queries: EndedQuery[] = [];
  const troubles: string[] = [];
  const run = new Schedules({
    stack: {
      tables: [sensorData, sensorHourly],
      schedules,
      region: "us-east-1",
      accountId: "000000000000",
      access,
    },
    authorize: () => {},
    dir: folder,
    lakeFolder: folder,
    onTrouble: (message) => troubles.push(message),
    onQuery: (query) => queries.push(query),
    lookMilliseconds: 2,
    ...options,
  });
  onTestFinished(() => run.stop());
  return { run, troubles, ended: () => queries.map(({ workgroup, state }) => `${workgroup} ${state}`) };
}

/** Moves the clock on, lets the schedules look at it, and waits for what they have started. */
async function moveTo(time: string, { run }: { readonly run: Schedules }): Promise<void> {
  vi.setSystemTime(new Date(time));
  await delay(30);
  await run.stop();
}

const letters = () =>
  readFileSync(join(folder, "dead-letters.ndjson"), "utf8")
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));

beforeEach(async () => {
  vi.useFakeTimers({ toFake: ["Date"], now: new Date("2024-01-15T12:10:00Z") });
  folder = temporaryFolder();
  const times = ["2024-01-15T10:30:00Z", "2024-01-15T11:30:00Z"];
  await writeReadings(
    folder,
    "2024-01-15",
    "a.parquet",
    times.map((timestamp) => reading({ timestamp })),
  );
});
afterEach(() => {
  vi.useRealTimers();
});

describe("the schedules of a stack start by themselves", () => {
  it("when they are due, and not before", async () => {
    const early = schedulesOf([hourly]);
    early.run.start();
    await moveTo("2024-01-15T12:14:59Z", early);
    expect(early.ended()).toEqual([]);

    const due = schedulesOf([hourly]);
    due.run.start();
    await moveTo("2024-01-15T12:15:00Z", due);
    expect([due.ended(), due.troubles]).toEqual([["hourly SUCCEEDED"], []]);
    // By hand there is nothing left to do for that time.
    expect(await due.run.run()).toMatchObject([{ scheduledTime: new Date("2024-01-15T12:15:00Z"), rows: 0 }]);
  });

  it("for each time that was missed while the machine slept", async () => {
    const schedules = schedulesOf([hourly]);
    schedules.run.start();
    await moveTo("2024-01-15T15:20:00Z", schedules);
    expect(schedules.ended()).toHaveLength(4);
  });

  it("in their own time zone, and each at its own time", async () => {
    const nine = { ...hourly, name: "nine", workgroup: "nine", timeZone: "America/New_York" };
    const schedules = schedulesOf([hourly, { ...nine, expression: "cron(20 7 * * ? *)" }]);
    schedules.run.start();
    await moveTo("2024-01-15T12:20:00Z", schedules);
    expect(schedules.ended()).toEqual(["hourly SUCCEEDED", "nine SUCCEEDED"]);
  });

  it("unless they are disabled; by hand they run all the same", async () => {
    const schedules = schedulesOf([{ ...hourly, enabled: false }]);
    schedules.run.start();
    await moveTo("2024-01-15T12:15:00Z", schedules);
    expect(schedules.ended()).toEqual([]);
    expect(await schedules.run.run()).toMatchObject([{ rows: 2 }]);
  });

  it("except for one whose expression can't be read, which is reported", async () => {
    const schedules = schedulesOf([{ ...hourly, name: "odd", expression: "every(hour)" }, hourly]);
    schedules.run.start();
    await moveTo("2024-01-15T12:15:00Z", schedules);
    expect(schedules.ended()).toEqual(["hourly SUCCEEDED"]);
    expect(schedules.troubles).toEqual([
      expect.stringMatching(/^not run here: schedule odd: "every\(hour\)" is not /),
    ]);
  });
});

describe("by hand the schedules of a stack", () => {
  it("run for the time of their last run, once", async () => {
    const { run } = schedulesOf([hourly]);
    expect(await run.run()).toMatchObject([
      {
        schedule: "sensor-hourly",
        scheduledTime: new Date("2024-01-15T11:15:00Z"),
        rows: 1,
        replacedObjects: 0,
      },
    ]);
    expect(await run.run()).toMatchObject([{ rows: 0 }]);
  });

  it("run for given hours, whose earlier rows are replaced", async () => {
    const { run } = schedulesOf([hourly]);
    const hours = [new Date("2024-01-15T10:00:00Z"), new Date("2024-01-15T11:00:00Z")];
    await run.run({ hours });
    const runs = await run.run({ hours });
    expect(runs.map(({ rows, replacedObjects }) => [rows, replacedObjects])).toEqual([
      [1, 1],
      [1, 1],
    ]);
  });

  it("run one at a time", async () => {
    const { run } = schedulesOf([hourly]);
    const runs = await Promise.all([run.run(), run.run()]);
    expect(runs.map(([one]) => one?.rows)).toEqual([1, 0]);
  });

  it("fail when the stack has none", async () => {
    await expect(schedulesOf([]).run.run()).rejects.toThrow("no schedule");
  });
});

describe("a refused start goes to the schedule's queue, and does not count as a query", () => {
  const denies =
    (action: string): Authorize =>
    (...calls) => {
      const call = calls.find((one) => one.action === action);
      if (call) throw denied(`not authorized: ${action}`, call);
    };
  const faults = (fault: Fault) => {
    const active = new Faults();
    active.begin(fault);
    return active;
  };

  it.each<readonly [string, Partial<SchedulesOptions>, string]>([
    ["the role may not start it", { authorize: denies("athena:StartQueryExecution") }, "not authorized"],
    ["a fault refuses it", { faults: faults("query-start-refused") }, "may not start the query"],
  ])("when %s", async (_, options, reason) => {
    const schedules = schedulesOf([hourly], options);
    schedules.run.start();
    await moveTo("2024-01-15T12:15:00Z", schedules);
    expect(schedules.ended()).toEqual([]);
    expect([...schedules.run.discarded]).toEqual([[queue, 1]]);
    expect(letters()).toMatchObject([
      {
        destination: queue,
        schedule: "sensor-hourly",
        scheduledTime: "2024-01-15T12:15:00.000Z",
        errorCode: "AccessDeniedException",
        errorMessage: expect.stringContaining(reason),
        input: { QueryString: hourly.sql, WorkGroup: "hourly" },
      },
    ]);
    expect(schedules.troubles).toEqual([expect.stringContaining(reason)]);
    await expect(schedules.run.run()).rejects.toThrow(`schedule sensor-hourly: not started: `);
  });

  it("unless the role may not send it there, which is reported", async () => {
    const authorize: Authorize = (...calls) => {
      denies("athena:StartQueryExecution")(...calls);
      denies("sqs:SendMessage")(...calls);
    };
    const schedules = schedulesOf([hourly], { authorize });
    await expect(schedules.run.run()).rejects.toThrow("not started");
    expect([...schedules.run.discarded]).toEqual([]);
    expect(schedules.troubles).toEqual([
      `schedule sensor-hourly: can't send to ${queue}: not authorized: sqs:SendMessage`,
    ]);
  });

  it("whereas a query that starts and then fails counts as failed", async () => {
    const schedules = schedulesOf([{ ...hourly, sql: "INSERT INTO nowhere SELECT 1" }]);
    await expect(schedules.run.run()).rejects.toThrow("nowhere");
    expect(schedules.ended()).toEqual(["hourly FAILED"]);
    expect([...schedules.run.discarded]).toEqual([]);
  });
});
