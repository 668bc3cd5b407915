import type { World } from "@streaming-data-lake/aws";
import type {
  DiscardedEntry,
  InvocationEntry,
  JournalEntry,
} from "@streaming-data-lake/runner/journal/entries";
import { type RecordFilter, recordFilter } from "@streaming-data-lake/runner/lambda/filter";
import { laneOf } from "@streaming-data-lake/runner/lambda/lane";
import { isUpTo } from "@streaming-data-lake/runner/stream/sequence";
import type { KinesisRecord } from "@streaming-data-lake/runner/stream/stream-source";
import type { EventSourceMapping } from "@streaming-data-lake/terraform/types";
import type { JourneyStep } from "../api";

/** How far a record has come with one of its consumers. */
export interface BatchProgress {
  readonly steps: readonly JourneyStep[];
  readonly state: "under way" | "done" | "filtered" | "failed" | "rejected";
}

type Told = InvocationEntry | DiscardedEntry;

/** What functions and their event source mappings have done with a record. */
export class FunctionSteps {
  private readonly filters = new Map<EventSourceMapping, RecordFilter>();

  constructor(private readonly world: World) {}

  /** The record's steps in each event source mapping that reads the stream. */
  stepsOf(
    stream: string,
    shard: string,
    record: KinesisRecord,
    entries: readonly JournalEntry[],
  ): readonly BatchProgress[] {
    return this.world.state.mappers
      .filter((mapper) => mapper.counters.streamName === stream)
      .map((mapper) => {
        const { mapping } = mapper;
        const node = this.nodeOf(mapping);
        if (!this.filterOf(mapping)(record))
          return {
            steps: [{ time: Math.round(record.arrival), kind: "filtered", node, ok: true, facts: [] }],
            state: "filtered",
          };
        const told = entries.flatMap((entry) => (tells(entry, mapping.address, record) ? [entry] : []));
        const steps = told.flatMap((entry, at) => this.steps(entry, told[at - 1], node, mapping, record));
        const state = told.some(({ kind }) => kind === "discarded")
          ? "failed"
          : told.some((entry) => succeeded(entry, record)) || mapper.isDone(shard, record)
            ? "done"
            : "under way";
        return { steps, state };
      });
  }

  private nodeOf({ functionArn, address }: EventSourceMapping): string {
    return this.world.stack.functions.find(({ arn }) => arn === functionArn)?.address ?? address;
  }

  private filterOf(mapping: EventSourceMapping): RecordFilter {
    const known = [...this.filters].find(([{ address }]) => address === mapping.address)?.[1];
    const filter = known ?? recordFilter(mapping.address, mapping.filters);
    if (!known) this.filters.set(mapping, filter);
    return filter;
  }

  private steps(
    entry: Told,
    before: Told | undefined,
    node: string,
    mapping: EventSourceMapping,
    record: KinesisRecord,
  ): JourneyStep[] {
    if (entry.kind === "discarded") {
      const queue = this.world.stack.access.queues.find(({ arn }) => arn === entry.destination);
      return [
        {
          time: entry.time,
          kind: "dead-letter",
          node: queue?.address ?? node,
          ok: false,
          facts: [
            ["condition", entry.condition],
            ["records", String(entry.records)],
            ["destination", entry.destination ?? ""],
          ],
          message: entry.destination === undefined ? "it is kept in dead-letters.ndjson alone" : undefined,
        },
      ];
    }
    const ok = succeeded(entry, record);
    const time = Math.round(entry.time);
    const first: JourneyStep[] =
      before?.kind === "invocation"
        ? [
            {
              time,
              kind: entry.records < before.records && entry.retries === before.retries ? "bisect" : "retry",
              node,
              ok: true,
              facts: [
                ["records", String(entry.records)],
                ["retries", String(entry.retries)],
              ],
            },
          ]
        : [
            {
              time,
              kind: "batch",
              node,
              ok: true,
              facts: [
                ["records", String(entry.records)],
                ["batchSize", String(mapping.batchSize)],
                ["waited", String(Math.max(0, Math.round(entry.time - record.arrival)))],
              ],
            },
          ];
    return [
      ...first,
      {
        time: Math.round(entry.time + entry.duration),
        kind: "invocation",
        node,
        ok,
        facts: [
          ["requestId", entry.requestId],
          ["duration", entry.duration.toFixed(1)],
          ["records", String(entry.records)],
          ["coldStart", String(entry.coldStart)],
        ],
        message: messageOf(entry, record, ok),
      },
    ];
  }
}

/**
 * The function's error, and the log lines that mention the record. All log lines are included when the record was alone
 * in its batch or the batch failed.
 */
function messageOf(
  { error, log, records }: InvocationEntry,
  { sequenceNumber }: KinesisRecord,
  ok: boolean,
): string | undefined {
  const own = log.filter((line) => line.includes(sequenceNumber));
  const printed = log.filter((line) => !/^(START|END|REPORT) RequestId: /.test(line));
  const lines = [
    ...(error === undefined ? [] : [error]),
    ...(!ok && error === undefined ? ["the function returned it as a failed item, or one before it"] : []),
    ...(own.length > 0 ? own : records === 1 || !ok ? printed : []),
  ];
  return lines.length === 0 ? undefined : lines.join("\n");
}

function tells(entry: JournalEntry, mapping: string, record: KinesisRecord): entry is Told {
  if (entry.kind !== "invocation" && entry.kind !== "discarded") return false;
  if (entry.mapping !== mapping) return false;
  return entry.lane === undefined || laneOf(record.partitionKey, entry.lane[1]) === entry.lane[0];
}

const succeeded = (entry: Told, { sequenceNumber }: KinesisRecord): boolean =>
  entry.kind === "invocation" && isUpTo(entry.done, sequenceNumber);
