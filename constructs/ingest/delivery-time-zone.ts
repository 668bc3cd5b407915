import type { Problems } from "../core/problems";
import { isTable, type StreamDeliveryProps } from "./stream-delivery-props";

/** https://docs.aws.amazon.com/firehose/latest/APIReference/API_ExtendedS3DestinationConfiguration.html */
export function checkTimeZone(problems: Problems, { timeZone, to }: StreamDeliveryProps): void {
  if (timeZone === undefined) return;
  const rule = problemOfTimeZone(timeZone);
  if (rule) problems.require("timeZone", timeZone, false, rule);
  else if (isTable(to) && to.partitions.some(({ type }) => type === "date"))
    problems.require(
      "timeZone",
      timeZone,
      timeZone === "UTC",
      "must be UTC for a table that is partitioned by day: Athena reads the days up to today in UTC, and in a zone ahead of UTC tomorrow has begun already",
    );
}

/** What is wrong with a time zone. Java's names are case-sensitive, and UTC is the only abbreviation allowed. */
function problemOfTimeZone(timeZone: string): string | undefined {
  const rule = "must be UTC, or a region and a place, such as Europe/Lisbon";
  if (timeZone === "UTC") return undefined;
  if (!/^[a-z_]+(?:\/[a-z_]+)+$/i.test(timeZone) || timeZone.length > 50) return rule;
  const known = canonical(timeZone);
  if (known === undefined) return rule;
  const properCase =
    known.toLowerCase() === timeZone.toLowerCase()
      ? known === timeZone
      : /^[A-Z]\w*(?:\/[A-Z]\w*)+$/.test(timeZone);
  return properCase ? undefined : `must be written ${known}`;
}

/** The current name of a time zone; undefined when there is no such zone. */
function canonical(timeZone: string): string | undefined {
  try {
    return new Intl.DateTimeFormat("en", { timeZone }).resolvedOptions().timeZone;
  } catch {
    return undefined;
  }
}
