import { describe, expect, it } from "vitest";
import { readSettings } from "../../functions/process-readings/settings";

describe("the settings", () => {
  it("have defaults", () => {
    expect(readSettings({})).toEqual({
      alertThreshold: 30,
      namespace: "sensor-lake",
      service: "process-readings",
      logLevel: "INFO",
      metricLocations: [],
    });
  });

  it("come from the environment", () => {
    expect(
      readSettings({
        ALERT_THRESHOLD_CELSIUS: "-12.5",
        METRICS_NAMESPACE: "lake/prod",
        SERVICE_NAME: "sensor-lake-prod-process-readings",
        LOG_LEVEL: "ERROR",
        METRIC_LOCATIONS: "warehouse-A, warehouse-B",
        AWS_REGION: "us-east-1",
      }),
    ).toEqual({
      alertThreshold: -12.5,
      namespace: "lake/prod",
      service: "sensor-lake-prod-process-readings",
      logLevel: "ERROR",
      metricLocations: ["warehouse-A", "warehouse-B"],
    });
  });

  it("take a threshold in any form JavaScript writes numbers in", () => {
    expect(readSettings({ ALERT_THRESHOLD_CELSIUS: String(1e-7) }).alertThreshold).toBe(1e-7);
  });

  it.each([
    ["ALERT_THRESHOLD_CELSIUS", "", "a number from -90 to 60"],
    ["ALERT_THRESHOLD_CELSIUS", "hot", "a number from -90 to 60"],
    ["ALERT_THRESHOLD_CELSIUS", "NaN", "a number from -90 to 60"],
    ["ALERT_THRESHOLD_CELSIUS", "60.1", "a number from -90 to 60"],
    ["METRICS_NAMESPACE", "AWS/Lambda", 'not starting with "AWS/"'],
    ["METRICS_NAMESPACE", "", "up to 255 letters"],
    ["SERVICE_NAME", "two words", "up to 128 letters"],
    ["LOG_LEVEL", "info", "one of DEBUG, INFO, WARN, ERROR"],
    ["METRIC_LOCATIONS", "a,,b", "up to 20 locations"],
    ["METRIC_LOCATIONS", Array.from({ length: 21 }, (_, i) => `l${i}`).join(), "up to 20 locations"],
  ])("refuse %s=%j", (name, value, rule) => {
    expect(() => readSettings({ [name]: value })).toThrow(`${name} is ${JSON.stringify(value)} but must be`);
    expect(() => readSettings({ [name]: value })).toThrow(rule);
  });

  it("name every wrong variable at once", () => {
    expect(() => readSettings({ LOG_LEVEL: "loud", ALERT_THRESHOLD_CELSIUS: "hot" })).toThrow(
      'process-readings: ALERT_THRESHOLD_CELSIUS is "hot" but must be a number from -90 to 60; ' +
        'LOG_LEVEL is "loud" but must be one of DEBUG, INFO, WARN, ERROR',
    );
  });
});
