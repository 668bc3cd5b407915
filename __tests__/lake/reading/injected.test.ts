import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Lake, openLake } from "../../../local/lake";
import { lakeOf } from "./cases";

describe("a partition key that is injected", () => {
  let lake: Lake;
  let remove: () => Promise<void>;
  beforeAll(async () => {
    const made = await lakeOf(
      ["a", "b", "c"].map((id, n) => ({ path: `${id}/x.json`, text: `{"n":${n}}\n` })),
      (path) => `devices/events/${path}`,
    );
    remove = made.remove;
    lake = await openLake({ tables: [] }, made.folder);
    await lake.query(
      `CREATE EXTERNAL TABLE events (n int) PARTITIONED BY (device string) ROW FORMAT SERDE 'org.openx.data.jsonserde.JsonSerDe'
       LOCATION 's3://devices/events/' TBLPROPERTIES ('projection.enabled' = 'true', 'projection.device.type' = 'injected',
       'storage.location.template' = 's3://devices/events/\${device}/')`,
    );
  });
  afterAll(async () => {
    lake.close();
    await remove();
  });

  const numbers = async (condition: string) =>
    (await lake.query(`SELECT n FROM events WHERE ${condition} ORDER BY n`)).rows.map(({ n }) => n);

  it.each([
    ["device = 'a'", [0]],
    ["device IN ('a', lower('C'))", [0, 2]],
    ["device = 'a' OR device = 'b'", [0, 1]],
    ["device = (SELECT 'b')", [1]],
    ["device = (VALUES concat('b', ''))", [1]],
    ["device IN ('a', (SELECT 'c'))", [0, 2]],
    ["device = 'a' AND n IN (SELECT n FROM events WHERE device = 'a')", [0]],
  ])("takes values that are known before anything is read: %s", async (condition, expected) => {
    expect(await numbers(condition)).toEqual(expected);
  });

  it.each([
    "n >= 0",
    "device > 'a'",
    "device <> 'a'",
    "device = 'a' OR n = 1",
    "device = (SELECT max(device) FROM events WHERE device = 'a')",
    "device IN (SELECT device FROM events WHERE device IN ('a', 'b'))",
    "device = (SELECT x FROM (VALUES 'a', 'b') AS t(x) LIMIT 1)",
  ])("is refused in Athena's sentence otherwise: %s", async (condition) => {
    await expect(numbers(condition)).rejects.toThrow(
      "CONSTRAINT_VIOLATION: For the injected projected partition column device, the WHERE clause must contain only static equality conditions, and at least one such condition must be present.",
    );
  });
});
