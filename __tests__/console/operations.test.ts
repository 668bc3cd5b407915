import { join } from "node:path";
import { PassThrough } from "node:stream";
import { describe, expect, it, vi } from "vitest";
import { showStatus } from "../../cli/status/status";
import type { Io } from "../../command/index";
import type {
  AlarmDetail,
  DashboardState,
  FaultState,
  FunctionState,
  InvocationState,
  MetricSeries,
  PermissionUse,
  RecordPage,
  SavedQuery,
} from "../../local/console/api";
import { good, TestConsole } from "./fixtures/console";

const metric = ["AWS/Lambda", "Invocations", "FunctionName", "lab-test-process"];

const errorsAlarm = {
  alarm_name: "errors",
  namespace: "AWS/Lambda",
  metric_name: "Errors",
  dimensions: { FunctionName: "lab-test-process" },
  statistic: "Sum",
  period: 60,
  evaluation_periods: 1,
  comparison_operator: "GreaterThanOrEqualToThreshold",
  threshold: 1,
};

const shared = TestConsole.shared({
  more: {
    aws_cloudwatch_metric_alarm: {
      errors: {
        ...errorsAlarm,
        alarm_description: "The function fails.",
        alarm_actions: ["arn:aws:sns:eu-west-1:000000000000:alarms"],
      },
    },
    aws_cloudwatch_dashboard: {
      all: {
        dashboard_name: "all",
        dashboard_body: JSON.stringify({
          widgets: [
            { type: "text", x: 0, y: 0, width: 24, height: 1, properties: { markdown: "## Function" } },
            {
              type: "metric",
              x: 0,
              y: 1,
              width: 12,
              height: 6,
              properties: {
                title: "Calls",
                view: "singleValue",
                period: 60,
                stat: "Sum",
                metrics: [
                  metric,
                  [".", "Errors", ".", ".", { id: "failed", visible: false }],
                  [{ expression: "failed * 100", label: "Percent", id: "percent" }],
                  ["...", { stat: "Average" }],
                ],
                annotations: { horizontal: [{ label: "many", value: 10 }] },
              },
            },
          ],
        }),
      },
    },
    aws_athena_named_query: {
      all: { name: "all", database: "lake", query: "SELECT * FROM readings", description: "Everything" },
    },
    aws_athena_prepared_statement: {
      one: {
        name: "one",
        workgroup: "primary",
        query_statement: "SELECT '?' FROM readings WHERE sensor_id = ?",
      },
    },
  },
});

describe("a function", () => {
  it("has its invocations with what they printed, the latest first", async () => {
    const test = await shared();
    await test.put("a", good("a"));
    await test.runner.drain();
    await test.put("b", good("b"));
    await test.runner.drain();
    const [fn] = await test.ask<FunctionState[]>("/functions");
    expect(fn).toMatchObject({ name: "lab-test-process", timeoutSeconds: 3, errors: 0 });
    expect(fn?.invocations).toBeGreaterThanOrEqual(2);
    const [second, first] = await test.ask<InvocationState[]>(`/functions/${fn?.name}/invocations?limit=2`);
    expect(second?.time).toBeGreaterThanOrEqual(first?.time ?? Number.POSITIVE_INFINITY);
    expect(second).toMatchObject({ records: 1, coldStart: false });
    // What a process of Node.js takes at least, and a machine at most.
    expect(second?.maxMemoryMegabytes).toBeGreaterThan(20);
    expect(second?.maxMemoryMegabytes).toBeLessThan(4_096);
    expect(second?.log.at(-1)).toContain(` MB Max Memory Used: ${second?.maxMemoryMegabytes} MB`);
    expect(second?.log[0]).toBe(`START RequestId: ${second?.requestId} Version: $LATEST`);
    expect(second?.log.join("\n")).toContain('"ReadingsProcessed":1');
    expect(await test.ask("/functions/other/invocations")).toMatchObject({ status: 404 });
  });
});

describe("permissions", () => {
  it("are those that were used, as often as they were", async () => {
    const test = await shared();
    await test.settle();
    const uses = await test.ask<PermissionUse[]>("/permissions");
    expect(Array.isArray(uses)).toBe(true);
    for (const use of uses) expect(use.used + use.denied).toBeGreaterThan(0);
  });
});

describe("the stack's dashboard", () => {
  it("has its widgets as CloudWatch reads them", async () => {
    const test = await shared();
    const [dashboard] = await test.ask<DashboardState[]>("/dashboards");
    const [text, calls] = dashboard?.widgets ?? [];
    expect(text).toMatchObject({ type: "text", markdown: "## Function", width: 24 });
    expect(calls).toMatchObject({
      type: "metric",
      title: "Calls",
      view: "singleValue",
      annotations: [{ label: "many", value: 10 }],
    });
    const [namespace, name, dimension, value] = metric;
    const statOf = (MetricName: string | undefined, Stat: string) => ({
      Metric: { Namespace: namespace, MetricName, Dimensions: [{ Name: dimension, Value: value }] },
      Period: 60,
      Stat,
    });
    expect(calls?.query?.queries).toEqual([
      { Id: "q0", Label: name, MetricStat: statOf(name, "Sum"), ReturnData: true },
      { Id: "failed", Label: "Errors", MetricStat: statOf("Errors", "Sum"), ReturnData: false },
      { Id: "percent", Expression: "failed * 100", Label: "Percent", ReturnData: true },
      { Id: "q3", Label: "Errors", MetricStat: statOf("Errors", "Average"), ReturnData: true },
    ]);
  });

  it("is drawn from what the run has measured", async () => {
    const test = await shared();
    await test.put("c", good("c"));
    await test.runner.drain();
    const [dashboard] = await test.ask<DashboardState[]>("/dashboards");
    const series = await test.ask<MetricSeries[]>("/metrics", "POST", dashboard?.widgets[1]?.query);
    expect(series.map(({ id, label }) => [id, label])).toEqual([
      ["q0", "Invocations"],
      ["percent", "Percent"],
      ["q3", "Errors"],
    ]);
    expect(series[0]?.times.length).toBe(series[0]?.values.length);
    expect(Math.max(...(series[0]?.values.map((one) => one ?? 0) ?? []))).toBeGreaterThanOrEqual(1);
    expect(
      await test.ask("/metrics", "POST", { queries: [{ Id: "e", Expression: "nothing + 1" }], minutes: 5 }),
    ).toMatchObject({
      status: 400,
    });
  });
});

describe("the status", () => {
  it("is what status --json prints of the run", async () => {
    const test = await TestConsole.start();
    await test.put("a", good("a"));
    await test.settle();
    const status = await test.ask<object>("/status");
    expect(status).toMatchObject({ streams: [{ acknowledged: 1 }], deliveries: [{ delivered: 1 }] });
    let printed = "";
    const stdout = Object.assign(new PassThrough(), { isTTY: false, columns: undefined });
    stdout.on("data", (text) => {
      printed += text;
    });
    const io = { stdout, stderr: stdout, signal: new AbortController().signal } as unknown as Io;
    expect(await showStatus({ dir: join(test.folder, ".local"), json: true }, io)).toBe(0);
    expect(JSON.parse(printed)).toMatchObject(status);
  });
});

describe("alarms and faults", () => {
  it("a fault rings an alarm, whose history tells when", async () => {
    const test = await TestConsole.start({
      more: {
        aws_cloudwatch_metric_alarm: {
          errors: {
            ...errorsAlarm,
          },
        },
      },
    });
    const faults = await test.ask<FaultState[]>("/faults");
    expect(faults.find(({ name }) => name === "function-failing")).toEqual({
      name: "function-failing",
      description: "the function ends every invocation with an error",
      on: false,
    });
    const changed = await test.ask<FaultState[]>("/faults/function-failing", "PUT", { on: true });
    expect(changed.filter(({ on }) => on).map(({ name }) => name)).toEqual(["function-failing"]);
    await test.put("a", good("a"));
    const alarm = await vi.waitFor(
      async () => {
        const [one] = await test.ask<AlarmDetail[]>("/alarms");
        expect(one?.state).toBe("ALARM");
        return one;
      },
      { timeout: 5_000 },
    );
    expect(alarm).toMatchObject({
      name: "errors",
      condition: "Sum of Errors >= 1 for 1 of 1 period of 60 s",
    });
    expect(alarm?.history.at(-1)).toMatchObject({ to: "ALARM", value: expect.any(Number) });
    expect(
      (await test.ask<FaultState[]>("/faults/function-failing", "PUT", { on: false })).some(({ on }) => on),
    ).toBe(false);
    expect(await test.ask("/faults/nothing", "PUT", { on: true })).toMatchObject({ status: 404 });
  });
});

describe("a fault of the panel", () => {
  const turn = (test: TestConsole, name: string, on: boolean) =>
    test.ask<FaultState[]>(`/faults/${name}`, "PUT", { on });

  it("is one of what the stack has", async () => {
    const test = await TestConsole.start({
      only: { aws_kinesis_stream: { readings: { name: "lab-test-readings", shard_count: 1 } } },
    });
    const faults = await test.ask<FaultState[]>("/faults");
    expect(faults.map(({ name }) => name)).toEqual(["shard-throttled", "clock-skewed", "key-disabled"]);
    expect(await turn(test, "function-failing", true)).toEqual({
      status: 404,
      message:
        "there is no fault function-failing of this stack; there are shard-throttled, clock-skewed, key-disabled",
    });
  });

  it("throttles each shard while it is on", async () => {
    const test = await TestConsole.start();
    const put = () => test.send<{ status?: number }>("lab-test-readings", "k", good("k"));
    const many = async () => {
      const answers = await Promise.all(Array.from({ length: 5 }, put));
      return answers.filter(({ status }) => status === 409).length;
    };
    expect(await many()).toBe(0);
    await turn(test, "shard-throttled", true);
    expect(await many()).toBeGreaterThanOrEqual(3);
    expect(test.runner.counters.streams[0]?.throttled).toBeGreaterThanOrEqual(3);
    await turn(test, "shard-throttled", false);
    expect(await many()).toBe(0);
  });

  it("puts the stream's clock back while it is on, and nothing else is late", async () => {
    const test = await TestConsole.start();
    const arrived = async () => {
      const id = await test.put("k", good("k"));
      const { records } = await test.ask<RecordPage>("/streams/lab-test-readings/records");
      return (records.find((one) => one.id === id)?.arrival ?? 0) - Date.now();
    };
    await turn(test, "clock-skewed", true);
    expect(Math.abs((await arrived()) + 600_000)).toBeLessThan(5_000);
    await test.settle();
    expect(test.runner.counters.mappings[0]?.lagMilliseconds).toBeGreaterThan(595_000);
    expect(test.runner.counters.deliveries[0]?.behindMilliseconds).toBeLessThan(5_000);
    await turn(test, "clock-skewed", false);
    expect(Math.abs(await arrived())).toBeLessThan(5_000);
    await test.settle();
    expect(test.runner.counters.mappings[0]?.lagMilliseconds).toBeLessThan(5_000);
    expect(test.runner.counters.mappings[0]?.succeeded).toBe(2);
  });
});

describe("saved queries", () => {
  it("are the stack's named queries and prepared statements, with how many parameters they take", async () => {
    const test = await shared();
    expect(await test.ask<SavedQuery[]>("/saved-queries")).toEqual([
      { kind: "named", name: "all", description: "Everything", sql: "SELECT * FROM readings", parameters: 0 },
      {
        kind: "prepared",
        name: "one",
        sql: "SELECT '?' FROM readings WHERE sensor_id = ?",
        parameters: 1,
      },
    ]);
  });
});
