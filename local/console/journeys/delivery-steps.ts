import type { World } from "@streaming-data-lake/aws";
import type { Delivery } from "@streaming-data-lake/runner/firehose/delivery";
import type { JournalEntry, ObjectsEntry } from "@streaming-data-lake/runner/journal/entries";
import type { SentRecord } from "@streaming-data-lake/runner/stream/deaggregate";
import type { DeliveryStream, GlueTable } from "@streaming-data-lake/terraform/types";
import type { JourneyStep } from "../api";
import { prefixesOf } from "../pipeline/prefixes";
import type { ErrorObjects } from "./error-objects";
import type { BatchProgress } from "./function-steps";
import type { Rollups } from "./rollups";
import type { FoundRow, RowFinder } from "./rows";

/** What delivery streams have done with a record: where it waits, the object that holds it, and its row in a table. */
export class DeliverySteps {
  constructor(
    private readonly world: World,
    private readonly errors: ErrorObjects,
    private readonly rows: RowFinder,
    private readonly rollups: Rollups,
  ) {}

  /**
   * The record's steps in each delivery stream that reads the stream.
   *
   * @param whole Also finds the record's row, for which the objects have to be read.
   */
  stepsOf(
    stream: string,
    shard: string,
    record: SentRecord,
    entries: readonly JournalEntry[],
    whole: boolean,
  ): Promise<readonly BatchProgress[]> {
    return Promise.all(
      this.world.state.deliveries
        .filter(({ streamName }) => streamName === stream)
        .map(async (delivery) => {
          const described = this.world.stack.deliveryStreams.find(({ name }) => name === delivery.name);
          if (!described) return { steps: [], state: "done" } as const;
          const written = entries.filter(
            (entry): entry is ObjectsEntry => entry.kind === "objects" && entry.delivery === delivery.name,
          );
          const ways = [
            await this.destination(delivery, described, shard, record, written, whole),
            ...(described.backup ? [this.backup(delivery, described, shard, record, written)] : []),
          ];
          const states = ways.map(({ state }) => state);
          const state = states.includes("rejected")
            ? "rejected"
            : states.includes("under way")
              ? "under way"
              : "done";
          return { steps: ways.flatMap(({ steps }) => steps), state } as const;
        }),
    );
  }

  private async destination(
    delivery: Delivery,
    described: DeliveryStream,
    shard: string,
    record: SentRecord,
    written: readonly ObjectsEntry[],
    whole: boolean,
  ): Promise<BatchProgress> {
    const { sequenceNumber, subSequenceNumber } = record;
    const node = described.address;
    const entry = written.find(({ sink }) => sink === "destination");
    if (!entry) return waiting(delivery, "destination", node, shard, record);
    const { bucket, objects } = entry;
    for (const { key, kind } of objects) {
      if (kind !== "error") continue;
      const reason = await this.errors.reasonOf(bucket, key, sequenceNumber, subSequenceNumber);
      if (reason === undefined) continue;
      return {
        steps: [
          buffered(entry, node, record.arrival),
          {
            time: entry.time,
            kind: "error-object",
            node: this.prefixNode(described, "errors", node),
            ok: false,
            facts: [["key", key]],
            message: reason,
            object: { bucket, key },
          },
        ],
        state: "rejected",
      };
    }
    const held = objects.filter(({ kind }) => kind !== "error");
    const table = this.tableOf(described);
    const found = whole && table ? await this.rowIn(bucket, held, described, table, record) : undefined;
    // Dynamic partitioning writes several objects, and only the row tells which of them holds the record.
    const object = found?.object ?? (held.length === 1 ? held[0] : undefined);
    const steps: JourneyStep[] = [
      buffered(entry, node, record.arrival),
      ...this.objectSteps(entry, object, described, "records"),
    ];
    if (found && table) {
      steps.push(rowStep(entry.time, table, found.row));
      steps.push(...(await this.rollups.stepsOf(table, found.row, entry.time)));
    }
    return { steps, state: "done" };
  }

  private backup(
    delivery: Delivery,
    described: DeliveryStream,
    shard: string,
    record: SentRecord,
    written: readonly ObjectsEntry[],
  ): BatchProgress {
    const entry = written.find(({ sink }) => sink === "backup");
    if (!entry) return waiting(delivery, "backup", described.address, shard, record);
    const [object] = entry.objects;
    return { steps: this.objectSteps(entry, object, described, "backup"), state: "done" };
  }

  private objectSteps(
    { bucket, time }: ObjectsEntry,
    object: ObjectsEntry["objects"][number] | undefined,
    described: DeliveryStream,
    holds: "records" | "backup",
  ): JourneyStep[] {
    if (!object) return [];
    const { key, kind, records } = object;
    return [
      {
        time,
        kind: "object",
        node: this.prefixNode(described, holds, described.address),
        ok: true,
        facts: [
          ["key", key],
          ["records", String(records)],
          ["format", kind],
        ],
        ...(key !== "" && { object: { bucket, key } }),
      },
    ];
  }

  private prefixNode(
    described: DeliveryStream,
    holds: "records" | "backup" | "errors",
    otherwise: string,
  ): string {
    return (
      prefixesOf(this.world.stack).find((one) => one.delivery === described && one.holds === holds)?.id ??
      otherwise
    );
  }

  private tableOf({ conversion }: DeliveryStream): GlueTable | undefined {
    return this.world.stack.tables.find(
      ({ database, name }) => database === conversion?.database && name === conversion.table,
    );
  }

  private async rowIn(
    bucket: string,
    objects: ObjectsEntry["objects"],
    { conversion }: DeliveryStream,
    table: GlueTable,
    { data }: SentRecord,
  ): Promise<{ readonly object: ObjectsEntry["objects"][number]; readonly row: FoundRow } | undefined> {
    if (!conversion) return undefined;
    for (const object of objects) {
      const path = this.world.objects.find(bucket, object.key)?.path;
      // A processor may have changed the record, so that the row it became cannot be derived from the record alone.
      const row = path && (await this.rows.find(path, table, conversion, data).catch(() => undefined));
      if (row) return { object, row };
    }
    return undefined;
  }
}

function waiting(
  delivery: Delivery,
  kind: "destination" | "backup",
  node: string,
  shard: string,
  { arrival, sequenceNumber }: SentRecord,
): BatchProgress {
  const since = delivery.waitsSince(kind, shard, sequenceNumber);
  if (since === undefined)
    return { steps: [], state: delivery.isDone(kind, shard, sequenceNumber) ? "done" : "under way" };
  const limit = delivery.counters.buffers.find((buffer) => buffer.kind === kind)?.limitMilliseconds ?? 0;
  const step: JourneyStep = {
    time: Math.round(arrival),
    kind: "buffer",
    node,
    ok: true,
    facts: [["flushIn", String(Math.max(0, since + limit - Date.now()))]],
  };
  return { steps: kind === "destination" ? [step] : [], state: "under way" };
}

const buffered = ({ time, records }: ObjectsEntry, node: string, arrival: number): JourneyStep => ({
  time: Math.round(arrival),
  kind: "buffer",
  node,
  ok: true,
  facts: [
    ["waited", String(Math.max(0, Math.round(time - arrival)))],
    ["records", String(records)],
  ],
});

const rowStep = (time: number, { address, name }: GlueTable, row: FoundRow): JourneyStep => ({
  time,
  kind: "row",
  node: address,
  ok: true,
  facts: [["table", name], ...row.map(([column, value]) => [column, value ?? "NULL"] as const)],
});
