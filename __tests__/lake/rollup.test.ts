import type { SensorReading } from "@streaming-data-lake/dataset";
import { namedQueries } from "@streaming-data-lake/dataset/queries";
import { rollupStatement } from "@streaming-data-lake/dataset/rollup";
import { type Lake, latestRun, openLake, runAfterHour, runSchedule } from "@streaming-data-lake/lake";
import type { Schedule } from "@streaming-data-lake/runner";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { temporaryFolder } from "../support/folders";
import { clearLake, now, reading, sensorData, sensorHourly, writeReadings } from "./lake-fixture";

const schedule: Schedule = {
  address: "aws_scheduler_schedule.roll_up",
  name: "sensor-hourly",
  expression: "cron(15 * * * ? *)",
  timeZone: "UTC",
  enabled: true,
  sql: rollupStatement({ alertThresholdCelsius: 30 }),
};

const folder = temporaryFolder();
let lake: Lake;

beforeAll(async () => {
  lake = await openLake({ tables: [sensorData, sensorHourly] }, folder, { now: () => now });
});

afterEach(() => clearLake(folder));

afterAll(() => lake.close());

const runHour = (hour: string, options = {}) =>
  runSchedule(lake, schedule, runAfterHour(schedule, new Date(`${hour}:00:00Z`)), options);

const rollupRows = async () =>
  (await lake.query("SELECT * FROM sensor_hourly ORDER BY hour, sensor_id, location")).rows;

const hourOf = ({ timestamp }: SensorReading) => timestamp.slice(0, 13);

/** What the roll-up of these readings must be, computed without SQL. */
function aggregate(readings: readonly SensorReading[]) {
  const groups = new Map<string, SensorReading[]>();
  for (const one of readings) {
    const key = `${hourOf(one)} ${one.sensor_id} ${one.location}`;
    groups.set(key, [...(groups.get(key) ?? []), one]);
  }
  return [...groups.values()]
    .map((group) => {
      const temperatures = group.map(({ temperature }) => temperature).sort((a, b) => a - b);
      const [first] = group;
      const millionths = temperatures.reduce((sum, value) => sum + Math.round(value * 1e6), 0);
      return {
        hour: `${first?.timestamp.slice(0, 10)} ${first?.timestamp.slice(11, 13)}:00:00.000`,
        sensor_id: first?.sensor_id,
        location: first?.location,
        readings: group.length,
        temperature_min: temperatures[0],
        temperature_max: temperatures.at(-1),
        // An average of decimals has their scale.
        temperature_mean: Math.round(millionths / group.length) / 1e6,
        temperature_p95: temperatures[Math.ceil(group.length * 0.95) - 1],
        alerts: temperatures.filter((temperature) => temperature > 30).length,
        out_of_range: 0,
        dt: first?.timestamp.slice(0, 10),
      };
    })
    .sort((a, b) =>
      `${a.hour} ${a.sensor_id} ${a.location}` < `${b.hour} ${b.sensor_id} ${b.location}` ? -1 : 1,
    );
}

/** Readings of three sensors in two locations, one every 20 s from 22:00 until 02:00. */
const night = Array.from({ length: 720 }, (_, index) =>
  reading({
    sensor_id: `sensor-00${(index % 3) + 1}`,
    location: index % 7 === 0 ? "warehouse-B" : "warehouse-A",
    temperature: Math.round((20 + 12 * Math.sin(index)) * 100) / 100,
    timestamp: `${new Date(Date.parse("2024-01-15T22:00:00Z") + index * 20_000).toISOString().slice(0, 19)}Z`,
  }),
);

/** By day of arrival: half an hour's objects begin before midnight and are whole in that day's partition. */
async function writeNight() {
  await writeReadings(folder, "2024-01-15", "a.parquet", night.slice(0, 450));
  await writeReadings(folder, "2024-01-16", "b.parquet", night.slice(450));
}

const lateReadings = namedQueries.find(({ name }) => name === "late-readings")?.sql ?? "";
/** The query as it is asked within a week of these readings. */
const report = lateReadings.replaceAll("current_date", "DATE '2024-01-18'");

describe("the hourly roll-up", () => {
  it("is a direct aggregation of the hour's readings, by their own time", async () => {
    await writeNight();
    await runHour("2024-01-15T22");
    const { rows } = await runHour("2024-01-15T23");
    expect(rows).toBe(6);
    expect(await rollupRows()).toEqual(aggregate(night.filter((one) => hourOf(one) <= "2024-01-15T23")));
  });

  it("holds readings whose object lies in the day before", async () => {
    await writeNight();
    await runHour("2024-01-15T23");
    expect((await runHour("2024-01-16T00")).rows).toBe(6);
    expect(await rollupRows()).toEqual(aggregate(night.filter((one) => hourOf(one) <= "2024-01-16T00")));
  });

  it("catches up the hour before, when that has not run", async () => {
    await writeNight();
    expect((await runHour("2024-01-16T01")).rows).toBe(12);
    expect(await rollupRows()).toEqual(aggregate(night.filter((one) => hourOf(one) >= "2024-01-16T00")));
  });

  it("counts temperatures that no reading may have, and leaves them out of all else", async () => {
    const hot = reading({ timestamp: "2024-01-15T22:10:00Z", temperature: 40 });
    const absurd = [3.4e38, -273, 60.1].map((temperature) => ({ ...hot, temperature }));
    await writeReadings(folder, "2024-01-15", "a.parquet", [hot, ...absurd]);
    await runHour("2024-01-15T22");
    expect(await rollupRows()).toMatchObject([
      { readings: 1, temperature_max: 40, temperature_mean: 40, alerts: 1, out_of_range: 3 },
    ]);
    expect((await lake.query(report)).rows).toEqual([]);
  });

  it("is the same when hours run twice and out of order", async () => {
    await writeNight();
    for (const hour of ["2024-01-16T01", "2024-01-15T22", "2024-01-16T00", "2024-01-15T22", "2024-01-15T23"])
      await runHour(hour);
    expect((await runHour("2024-01-16T01")).rows).toBe(0);
    expect(await rollupRows()).toEqual(aggregate(night));
  });

  it("is the same as SQL over the readings, to the last digit of the mean", async () => {
    await writeNight();
    for (const hour of ["2024-01-15T22", "2024-01-15T23", "2024-01-16T00", "2024-01-16T01"])
      await runHour(hour);
    const { rows } = await lake.query(
      `SELECT date_trunc('hour', "timestamp") AS hour, sensor_id, location,
         CAST(avg(CAST(temperature AS decimal(18, 6))) AS double) AS temperature_mean
       FROM sensor_data GROUP BY 1, 2, 3 ORDER BY 1, 2, 3`,
    );
    expect((await rollupRows()).map(({ temperature_mean }) => temperature_mean)).toEqual(
      rows.map(({ temperature_mean }) => temperature_mean),
    );
  });

  it("writes nothing for an hour without readings", async () => {
    expect((await runHour("2024-01-15T05")).rows).toBe(0);
  });

  it("reads only the partitions that can hold the hour", async () => {
    await writeReadings(folder, "2024-01-13", "old.parquet", [reading()]);
    await writeNight();
    const { statistics } = await runHour("2024-01-16T00");
    expect(statistics.tables.find(({ table }) => table === "sensor_data")).toMatchObject({
      partitions: 2,
      partitionsInAll: 3,
    });
  });
});

describe("late readings", () => {
  const late = [
    reading({ sensor_id: "sensor-001", timestamp: "2024-01-15T22:59:59Z" }),
    reading({ sensor_id: "sensor-001", timestamp: "2024-01-15T22:00:00Z", temperature: 40 }),
    reading({ sensor_id: "sensor-009", timestamp: "2024-01-15T23:10:00Z" }),
  ];
  const reported = [
    { hour: "2024-01-15 22:00:00.000", sensor_id: "sensor-001", location: "warehouse-A", late_readings: 2 },
    { hour: "2024-01-15 23:00:00.000", sensor_id: "sensor-009", location: "warehouse-A", late_readings: 1 },
  ];

  beforeEach(async () => {
    await writeNight();
    for (const hour of ["2024-01-15T22", "2024-01-15T23", "2024-01-16T00", "2024-01-16T01"])
      await runHour(hour);
  });

  it("are none when all hours have run", async () => {
    expect((await lake.query(report)).rows).toEqual([]);
  });

  it("are exactly those that came after their hour had run", async () => {
    await writeReadings(folder, "2024-01-17", "late.parquet", late);
    expect((await lake.query(report)).rows).toEqual(reported);
  });

  it("stay out of the roll-up when their hour runs again", async () => {
    await writeReadings(folder, "2024-01-17", "late.parquet", late);
    expect((await runHour("2024-01-15T22")).rows).toBe(0);
    expect((await lake.query(report)).rows).toEqual(reported);
  });

  it("are in the roll-up when their hours are repaired", async () => {
    await writeReadings(folder, "2024-01-17", "late.parquet", late);
    expect(await runHour("2024-01-15T22", { replace: true })).toMatchObject({ rows: 6, replacedObjects: 1 });
    expect(await runHour("2024-01-15T23", { replace: true })).toMatchObject({ rows: 7, replacedObjects: 1 });
    expect((await lake.query(report)).rows).toEqual([]);
    expect(await rollupRows()).toEqual(aggregate([...night, ...late]));
  });

  it("are those of an hour that has not run at all", async () => {
    await writeReadings(folder, "2024-01-17", "c.parquet", [reading({ timestamp: "2024-01-17T09:00:00Z" })]);
    expect((await lake.query(report)).rows).toEqual([
      { hour: "2024-01-17 09:00:00.000", sensor_id: "sensor-001", location: "warehouse-A", late_readings: 1 },
    ]);
  });

  it("are none of the hour that has not closed", async () => {
    const current = `${new Date().toISOString().slice(0, 14)}00:00Z`;
    const live = await openLake({ tables: [sensorData, sensorHourly] }, folder);
    await writeReadings(folder, current.slice(0, 10), "d.parquet", [reading({ timestamp: current })]);
    const { rows } = await live.query(lateReadings);
    live.close();
    expect(rows.map(({ hour }) => hour)).not.toContain(
      `${current.slice(0, 10)} ${current.slice(11, 19)}.000`,
    );
  });
});

describe("the time of a schedule's run", () => {
  it("for an hour is the first after its end", () => {
    expect(runAfterHour(schedule, new Date("2024-01-15T22:40:00Z"))).toEqual(
      new Date("2024-01-15T23:15:00Z"),
    );
  });

  it.each([
    ["2024-01-15T22:14:59Z", "2024-01-15T21:15:00Z"],
    ["2024-01-15T22:15:00Z", "2024-01-15T22:15:00Z"],
  ])("that was the last at %s is %s", (time, run) => {
    expect(latestRun(schedule, new Date(time))).toEqual(new Date(run));
  });

  it("is not known of one that has not begun or has ended", () => {
    const day = new Date("2024-01-15T00:00:00Z");
    expect(() => latestRun({ ...schedule, startsAt: new Date("2024-02-01") }, now)).toThrow(
      "schedule sensor-hourly has not run before",
    );
    expect(() => runAfterHour({ ...schedule, endsAt: new Date("2024-01-01") }, day)).toThrow(
      "schedule sensor-hourly does not run after 2024-01-15T01:00:00.000Z",
    );
  });
});
