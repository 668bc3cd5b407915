import { type Counters, mappingName, type ReadCounters } from "./counters";
import { plural } from "./format";

/** User records of a stream: what its consumers have read, and whatever was acknowledged and not read. */
export function producedOn(stream: string, counters: Counters): number {
  const { unread, userRecords } = readOn(stream, counters);
  return unread + userRecords;
}

/** Kinesis records of a stream, counted the same way. */
export function recordsOn(stream: string, counters: Counters): number {
  const { unread, read } = readOn(stream, counters);
  return unread + read;
}

/** What the first consumer of a stream has read, and the records that none has. */
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
 * What does not add up in a run that has been drained and flushed, one sentence each; nothing when all is well.
 *
 * Each consumer must have read every record that its stream acknowledged. A mapping must have succeeded with, left
 * out or discarded what it read; a delivery stream must have written it. After a kill both begin with what was not done
 * with, so that the sums hold for every run on its own.
 *
 * @param produced What the producer says it sent; compared when given.
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

/** What a runner that is ended leaves to its next run, one sentence each; nothing when it has done all. */
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

/** Records read that were put in this run; as many as are claimed, as far as they can't be told from older ones. */
function newOf({ readNew, readOld, clockWasSet }: ReadCounters, acknowledged: number): number {
  return clockWasSet ? Math.min(acknowledged, readNew + readOld) : readNew;
}

function nameOf(
  consumer: Counters["mappings"][number] | Counters["deliveries"][number],
  counters: Counters,
): string {
  return "address" in consumer ? mappingName(consumer, counters) : consumer.name;
}
