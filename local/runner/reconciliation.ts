import { type Counters, mappingName, type ReadCounters } from "./counters";
import { plural } from "./format";

/** Number of user records of a stream: those that a consumer has read, and those that were acknowledged but not read. */
export function producedOn(stream: string, counters: Counters): number {
  const { unread, userRecords } = readOn(stream, counters);
  return unread + userRecords;
}

/** Number of Kinesis records of a stream, counted in the same way. */
export function recordsOn(stream: string, counters: Counters): number {
  const { unread, read } = readOn(stream, counters);
  return unread + read;
}

/** Counts what the first consumer of a stream has read and what it has not read. */
function readOn(stream: string, counters: Counters) {
  const consumers = [...counters.deliveries, ...counters.mappings].filter(
    ({ streamName }) => streamName === stream,
  );
  const acknowledged = counters.streams.find(({ name }) => name === stream)?.acknowledged;
  const [first] = consumers;
  if (!first) return { unread: acknowledged ?? 0, read: 0, userRecords: 0 };
  const { readNew, readOld, clockWasSet, userRecords } = first;
  const read = readNew + readOld;
  const fromNow = clockWasSet ? read : readNew;
  return { unread: Math.max(0, (acknowledged ?? fromNow) - fromNow), read, userRecords };
}

/**
 * One sentence for each count that does not add up in a run that has been drained and flushed. There are none when every
 * record is accounted for.
 *
 * Each consumer must have read every record that its stream acknowledged. A mapping must have processed, filtered out or
 * discarded every record that it read, and a delivery stream must have written it. After a kill, both start with the
 * records that were not done, so the counts add up for each run separately.
 *
 * @param produced Number of records that the producer reports as sent. @default - it is not compared
 */
export function findDiscrepancies(counters: Counters, produced?: number): string[] {
  const problems: string[] = [];
  const compare = (what: string, expected: number, actual: number) => {
    if (expected !== actual) problems.push(`${what}: expected ${expected}, counted ${actual}`);
  };
  for (const { name, acknowledged } of counters.streams)
    for (const consumer of [...counters.mappings, ...counters.deliveries])
      if (consumer.streamName === name && acknowledged !== undefined)
        compare(
          `records of ${name} read by ${nameOf(consumer, counters)}`,
          acknowledged,
          newOf(consumer, acknowledged),
        );
  for (const mapping of counters.mappings) {
    const { readNew, readOld, succeeded, filtered, failed } = mapping;
    compare(
      `records settled by ${nameOf(mapping, counters)}`,
      readNew + readOld,
      succeeded + filtered + failed,
    );
  }
  for (const { name, userRecords, extracted, dropped, delivered, rejected } of counters.deliveries)
    compare(`records delivered by ${name}`, userRecords + extracted - dropped, delivered + rejected);
  if (produced !== undefined) {
    const streams = counters.streams.map(({ name }) => producedOn(name, counters));
    compare(
      "records produced",
      produced,
      streams.reduce((a, b) => a + b, 0),
    );
  }
  return problems;
}

/** One sentence for each kind of work that a runner leaves to its next run; none when everything is done. */
export function leftUndone(counters: Counters): string[] {
  const { streams, mappings, deliveries } = counters;
  const sentences: string[] = [];
  const say = (count: number, what: string) => {
    if (count > 0) sentences.push(`${plural(count, "record")} ${what}`);
  };
  for (const { name, acknowledged = 0 } of streams)
    for (const consumer of [...mappings, ...deliveries])
      if (consumer.streamName === name)
        say(
          acknowledged - newOf(consumer, acknowledged),
          `of ${name} not read by ${nameOf(consumer, counters)}`,
        );
  for (const mapping of mappings) {
    const { readNew, readOld, succeeded, filtered, failed } = mapping;
    say(
      readNew + readOld - succeeded - filtered - failed,
      `not processed by ${mappingName(mapping, counters)}`,
    );
  }
  for (const { name, userRecords, extracted, dropped, delivered, rejected } of deliveries)
    say(userRecords + extracted - dropped - delivered - rejected, `not delivered by ${name}`);
  return sentences;
}

/**
 * Number of records that were both put and read in this run. When the clock was set back, new records can't be told from
 * old ones, and as many as possible count as new.
 */
function newOf({ readNew, readOld, clockWasSet }: ReadCounters, acknowledged: number): number {
  return clockWasSet ? Math.min(acknowledged, readNew + readOld) : readNew;
}

function nameOf(
  consumer: Counters["mappings"][number] | Counters["deliveries"][number],
  counters: Counters,
): string {
  return "address" in consumer ? mappingName(consumer, counters) : consumer.name;
}
