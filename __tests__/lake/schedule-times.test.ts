import { timesOf } from "@streaming-data-lake/lake";
import type { Schedule } from "@streaming-data-lake/terraform/types";
import { describe, expect, it } from "vitest";

const scheduleOf = (expression: string, more: Partial<Schedule> = {}): Schedule => ({
  address: "aws_scheduler_schedule.one",
  name: "one",
  expression,
  timeZone: "UTC",
  enabled: true,
  sql: "",
  ...more,
});

/** The next times after one. */
function next(schedule: Schedule, time: string, count: number): string[] {
  const times = timesOf(schedule);
  const found: string[] = [];
  for (let at = times.after(new Date(time)); at && found.length < count; at = times.after(at))
    found.push(at.toISOString().replace(":00.000Z", ""));
  return found;
}

const monday = "2026-11-23T10:00:00Z";

describe("the times of a schedule", () => {
  it.each([
    ["cron(15 * * * ? *)", "UTC", ["2026-11-23T10:15", "2026-11-23T11:15"]],
    ["cron(0/20 * * * ? *)", "UTC", ["2026-11-23T10:20", "2026-11-23T10:40"]],
    ["cron(15 10 ? * 6L 2026-2027)", "UTC", ["2026-11-27T10:15", "2026-12-25T10:15"]],
    ["cron(0 8 ? * MON-FRI *)", "America/New_York", ["2026-11-23T13:00", "2026-11-24T13:00"]],
    ["cron(0 8 ? * 2 *)", "UTC", ["2026-11-30T08:00", "2026-12-07T08:00"]],
    ["cron(0 8 L * ? *)", "UTC", ["2026-11-30T08:00", "2026-12-31T08:00"]],
    ["cron(0 8 3W * ? *)", "UTC", ["2026-12-03T08:00", "2027-01-04T08:00"]],
    ["cron(0 8 ? * 2#1 *)", "UTC", ["2026-12-07T08:00", "2027-01-04T08:00"]],
    ["rate(5 minutes)", "UTC", ["2026-11-23T10:05", "2026-11-23T10:10"]],
    ["rate(1 hour)", "UTC", ["2026-11-23T11:00", "2026-11-23T12:00"]],
    ["rate(1 day)", "UTC", ["2026-11-24T00:00", "2026-11-25T00:00"]],
    ["at(2026-11-24T10:00:00)", "Europe/Madrid", ["2026-11-24T09:00"]],
    ["at(2026-11-22T10:00:00)", "UTC", []],
    ["cron(15 * * * ? 2025)", "UTC", []],
  ])("of %s in %s", (expression, timeZone, times) => {
    expect(next(scheduleOf(expression, { timeZone }), monday, 2)).toEqual(times);
  });

  it("leave out what a change of the clock leaves out", () => {
    const nightly = scheduleOf("cron(30 2 * * ? *)", { timeZone: "America/New_York" });
    expect(next(nightly, "2026-03-06T12:00:00Z", 2)).toEqual(["2026-03-07T07:30", "2026-03-09T06:30"]);
    expect(timesOf(nightly).upTo(new Date("2026-03-08T12:00:00Z"))).toEqual(new Date("2026-03-07T07:30:00Z"));
  });

  it("are within the schedule's start and end, from which a rate counts", () => {
    const schedule = scheduleOf("rate(2 hours)", {
      startsAt: new Date("2026-11-23T10:30:00Z"),
      endsAt: new Date("2026-11-23T13:00:00Z"),
    });
    expect(next(schedule, monday, 5)).toEqual(["2026-11-23T10:30", "2026-11-23T12:30"]);
    expect(timesOf(schedule).upTo(new Date(monday))).toBeUndefined();
    expect(timesOf(schedule).upTo(new Date("2027-01-01"))).toEqual(new Date("2026-11-23T12:30:00Z"));
  });

  it.each([
    ["cron(15 * * * ? *)", "2026-11-23T10:14:59Z", "2026-11-23T09:15:00Z"],
    ["cron(15 * * * ? *)", "2026-11-23T10:15:00Z", "2026-11-23T10:15:00Z"],
    ["cron(15 * * * ? *)", "2026-11-23T10:15:00.500Z", "2026-11-23T10:15:00Z"],
    ["rate(5 minutes)", "2026-11-23T10:15:00Z", "2026-11-23T10:15:00Z"],
    ["at(2026-11-23T10:00:00)", "2026-11-23T10:15:00Z", "2026-11-23T10:00:00Z"],
  ])("the last of %s at %s is %s", (expression, time, last) => {
    expect(timesOf(scheduleOf(expression)).upTo(new Date(time))).toEqual(new Date(last));
  });

  it.each([
    ["cron(15 * * * *)", "UTC", "it has 5 fields, and must have six"],
    ["cron(15 * * * * *)", "UTC", "one of its fields of days must be ?, and the other not"],
    ["cron(75 * * * ? *)", "UTC", "Invalid value for minute: 75"],
    ["rate(5 seconds)", "UTC", "it is not a number of minutes, hours or days"],
    ["at(tomorrow)", "UTC", "it is not a time such as 2024-01-15T10:15:00"],
    ["every(hour)", "UTC", "is not cron(…), rate(…) or at(…), such as cron(15 * * * ? *)"],
    ["cron(15 * * * ? *)", "Mars/Olympus", "Mars/Olympus"],
  ])("are refused of %s in %s", (expression, timeZone, message) => {
    const refused = () => timesOf(scheduleOf(expression, { timeZone })).after(new Date(monday));
    expect(refused).toThrow("schedule one: ");
    expect(refused).toThrow(message);
  });
});
