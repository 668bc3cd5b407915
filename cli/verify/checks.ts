import type { MetricAlarm } from "@streaming-data-lake/terraform/types";
import type { Expected } from "./readings";
import type { FoundCount, Seen } from "./seen";

/** One comparison of what was expected with what was found. */
export interface Check {
  readonly what: string;
  readonly expected: string;
  readonly found: string;
  readonly ok: boolean;
  /** A remark about the result. */
  readonly note?: string;
}

/** Compares what was sent with what was found of it. */
export function reconcile(expected: Expected, seen: Seen, alarms: readonly MetricAlarm[]): Check[] {
  return [
    ...countChecks(expected, seen),
    each("rows in Parquet", expected.rows, seen.rows),
    each("records in the errors zone", expected.errors, seen.errors),
    each("lines in the raw zone", expected.sent, seen.raw),
    exact("messages in the queues", 0, seen.deadLetters.messages),
    ...alarmChecks(expected, seen, alarms),
  ];
}

export function exact(what: string, wanted: number, found: number, note?: string): Check {
  return { what, expected: String(wanted), found: String(found), ok: found === wanted, note };
}

/**
 * Checks the counts. They can include records of other producers, because no metric separates them. In that case, each
 * count must be at least that of the run's own records.
 */
function countChecks({ sent, processed, rejected }: Expected, { counts, deadLetters }: Seen): Check[] {
  const others = counts.incoming - sent;
  const note = others > 0 ? `${others} more came onto the stream: sent twice, or by others` : undefined;
  const count = (what: string, wanted: number, found: number): Check =>
    others > 0
      ? { what, expected: `${wanted} at least`, found: String(found), ok: found >= wanted, note }
      : exact(what, wanted, found);
  return [
    count("records on the stream", sent, counts.incoming),
    count("processed by the function", processed, counts.processed),
    count("rejected by the function", rejected, counts.rejected),
    exact("discarded by Lambda", 0, deadLetters.records),
    count("processed, rejected or discarded", sent, counts.processed + counts.rejected + deadLetters.records),
  ];
}

/** Checks that each record was found. Finding one twice is not a failure, because records are delivered at least once. */
function each(what: string, wanted: number, { all, different }: FoundCount): Check {
  return exact(what, wanted, different, all > different ? `${all - different} of them twice` : undefined);
}

function alarmChecks({ errors }: Expected, { alarms: states, rang }: Seen, alarms: readonly MetricAlarm[]) {
  const mayRing = errors > 0 ? alarms.filter(watchesConversions).map(({ name }) => name) : [];
  const quiet = alarms.map(({ name }) => name).filter((name) => !mayRing.includes(name));
  const state = (name: string): string => states.get(name) ?? "missing";
  const astray = quiet.filter((name) => state(name) !== "OK");
  const inOk = exact("alarms in OK", quiet.length, quiet.length - astray.length);
  return [
    { ...inOk, note: astray.map((name) => `${name}: ${state(name)}`).join(", ") || undefined },
    ...mayRing.map((name): Check => {
      const found = rang.has(name) ? "ALARM" : state(name);
      const note = `rings for the ${errors} records that fit no table`;
      return { what: `alarm ${name}`, expected: "ALARM", found, ok: found === "ALARM", note };
    }),
  ];
}

/** Whether an alarm rings when a record does not fit the table. Some of the run's records do not fit on purpose. */
function watchesConversions({ queries }: MetricAlarm): boolean {
  return queries.some((query) => "metric" in query && query.metric.name === "FailedConversion.Records");
}
