import type { AlarmRule, MetricAlarm } from "@streaming-data-lake/terraform";
import { describe, expect, it } from "vitest";
import { type AlarmState, nextState } from "../../../local/runner/cloudwatch/alarm-state";
import { AlarmWatch, describeChange, minutesLookedAt } from "../../../local/runner/cloudwatch/alarm-watch";
import { MetricStore } from "../../../local/runner/cloudwatch/metric-store";

/** A datapoint that breaches, one that does not, and none, as CloudWatch's page writes them. */
const range = (text: string) =>
  text.split(" ").map((sign) => ({ X: 2, "0": 0, "-": undefined })[sign as "X" | "0" | "-"]);

const rule = (datapointsToAlarm: number, treatMissingData: AlarmRule["treatMissingData"]): AlarmRule => ({
  comparison: "GreaterThanThreshold",
  threshold: 1,
  evaluationPeriods: 3,
  datapointsToAlarm,
  treatMissingData,
});

const treatments = ["missing", "ignore", "breaching", "notBreaching"] as const;

/** What keeps the state that the alarm had. */
const retain = "retain";

// https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarms-and-missing-data.html
describe.each([
  [3, "0 - X - X", ["OK", "OK", "OK", "OK"]],
  [3, "0 - - - -", ["OK", "OK", "OK", "OK"]],
  [3, "- - - - -", ["INSUFFICIENT_DATA", retain, "ALARM", "OK"]],
  [3, "0 X X - X", ["ALARM", "ALARM", "ALARM", "ALARM"]],
  [3, "- - X - -", ["ALARM", retain, "ALARM", "OK"]],
  [2, "0 - X - X", ["ALARM", "ALARM", "ALARM", "ALARM"]],
  [2, "0 0 X 0 X", ["ALARM", "ALARM", "ALARM", "ALARM"]],
  [2, "0 - X - -", ["OK", "OK", "ALARM", "OK"]],
  [2, "- - - - 0", ["OK", "OK", "ALARM", "OK"]],
  [2, "- - - X -", ["ALARM", retain, "ALARM", "OK"]],
] as const)("%i of 3 datapoints, with %s", (datapointsToAlarm, text, expected) => {
  it.each(treatments.map((treatment, at) => [treatment, expected[at]] as const))(
    "and missing data treated as %s",
    (treatment, state) => {
      for (const current of ["OK", "ALARM"] as AlarmState[])
        expect(nextState(rule(datapointsToAlarm, treatment), range(text), current)).toBe(
          state === retain ? current : state,
        );
    },
  );
});

describe("an alarm that waits for three datapoints", () => {
  it("does not ring at the first one", () => {
    expect(nextState(rule(3, "missing"), range("- - - - X"), "OK")).toBe("OK");
  });
});

const high: MetricAlarm = {
  ...rule(1, "notBreaching"),
  address: "aws_cloudwatch_metric_alarm.high",
  name: "high",
  description: "",
  comparison: "GreaterThanOrEqualToThreshold",
  evaluationPeriods: 1,
  periodSeconds: 60,
  queries: [{ id: "m1", metric: { namespace: "n", name: "High", dimensions: {} }, statistic: "Sum" }],
  watches: "m1",
};

const noon = Date.parse("2024-01-15T12:00:00Z");

describe("a watch", () => {
  it("tells when an alarm begins and when it ends", () => {
    const store = new MetricStore();
    const watch = new AlarmWatch([high], store);
    expect(watch.evaluate(noon).map(describeChange)).toEqual(["OK high"]);
    store.putAll(
      { namespace: "n", name: "High", dimensions: {} },
      [
        [1, 2],
        [2, 1],
      ],
      noon + 1_000,
    );
    expect(watch.evaluate(noon + 2_000).map(describeChange)).toEqual(["ALARM high: 4 >= 1"]);
    expect(watch.evaluate(noon + 3_000)).toEqual([]);
    expect(watch.evaluate(noon + 5 * 60_000).map(describeChange)).toEqual(["OK high"]);
  });

  it("looks back at its metrics for its periods and two more", () => {
    const sixHours = { ...high, periodSeconds: 3_600, evaluationPeriods: 4 };
    const minutes = minutesLookedAt([high, sixHours]);
    expect(minutes({ namespace: "n", name: "High", dimensions: {} })).toBe(6 * 60);
    expect(minutes({ namespace: "n", name: "Low", dimensions: {} })).toBe(0);
  });

  it("does not mix metrics of other dimensions in", () => {
    const store = new MetricStore();
    const watch = new AlarmWatch([high], store);
    store.put({ namespace: "n", name: "High", dimensions: { location: "a" } }, 5, noon);
    expect(watch.evaluate(noon).map(({ to }) => to)).toEqual(["OK"]);
  });

  it("evaluates metric math: records came in, and none was processed", () => {
    const store = new MetricStore();
    const alarm: MetricAlarm = {
      ...high,
      name: "idle",
      threshold: 1,
      queries: [
        { id: "idle", expression: "IF(incoming > 0 AND FILL(invocations, 0) == 0, 1, 0)" },
        { id: "incoming", metric: { namespace: "s", name: "In", dimensions: {} }, statistic: "Sum" },
        { id: "invocations", metric: { namespace: "s", name: "Calls", dimensions: {} }, statistic: "Sum" },
      ],
      watches: "idle",
    };
    const watch = new AlarmWatch([alarm], store);
    store.put({ namespace: "s", name: "In", dimensions: {} }, 10, noon);
    expect(watch.evaluate(noon).map(({ to }) => to)).toEqual(["ALARM"]);
    store.put({ namespace: "s", name: "Calls", dimensions: {} }, 1, noon);
    expect(watch.evaluate(noon + 1).map(({ to }) => to)).toEqual(["OK"]);
  });
});
