import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { formatByPattern, parseJavaPattern } from "../../../local/runner/firehose/dates/java-pattern";
import { jodaParser } from "../../../local/runner/firehose/dates/joda-pattern";
import { zonedTime } from "../../../local/runner/firehose/dates/zoned-time";

interface Case {
  readonly kind: "format" | "parse";
  readonly pattern: string;
  readonly zone?: string;
  readonly time?: string;
  readonly text?: string;
  readonly error?: string;
}

/** What JDK 17 and Joda-Time 2.12.7 made of patterns, locale en-US; one case a line. */
const cases = readFileSync(join(__dirname, "recorded/date-formats.jsonl"), "utf8")
  .trim()
  .split("\n")
  .map((line) => JSON.parse(line) as Case);

function formatted({ pattern, time = "", zone = "UTC" }: Case): string | undefined {
  const nanos = Number((/\.(\d+)Z/.exec(time)?.[1] ?? "0").padEnd(9, "0")) % 1_000_000;
  try {
    return formatByPattern(parseJavaPattern(pattern), zonedTime(Date.parse(time), zone, nanos));
  } catch {
    return undefined;
  }
}

function parsed({ pattern, text = "" }: Case): string | undefined {
  try {
    const moment = jodaParser(pattern)(text);
    return moment === undefined ? undefined : new Date(moment).toISOString();
  } catch {
    return undefined;
  }
}

it("patterns of Java's DateTimeFormatter format as Java does, or are refused as it refuses them", () => {
  const wrong = cases.filter((one) => one.kind === "format" && formatted(one) !== one.text);
  expect(wrong).toEqual([]);
});

it("patterns of Joda-Time read texts as it does", () => {
  const wrong = cases.filter((one) => one.kind === "parse" && parsed(one) !== one.time);
  expect(wrong).toEqual([]);
});
