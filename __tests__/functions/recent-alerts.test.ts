import { describe, expect, it } from "vitest";
import { RecentAlerts } from "../../functions/process-readings/recent-alerts";

const alert = (id: string) => ({
  id,
  sensorId: "sensor-001",
  location: "warehouse-A",
  temperature: 31,
  threshold: 30,
  timestamp: "2024-01-15T10:30:00Z",
  readings: 1,
});

describe("recent alerts", () => {
  it("take each alert once", () => {
    const recent = new RecentAlerts(10);
    expect(["a", "b", "a"].map((id) => recent.add(alert(id)))).toEqual([true, true, false]);
  });

  it("forget the oldest first, so that they never outgrow their capacity", () => {
    const recent = new RecentAlerts(2);
    expect(["a", "b", "c", "b", "c", "a"].map((id) => recent.add(alert(id)))).toEqual([
      ...[true, true, true],
      ...[false, false, true],
    ]);
  });
});
