import type { World } from "@streaming-data-lake/aws";
import type { ConversionDatabase } from "@streaming-data-lake/runner/firehose/database";
import { deaggregate, type SentRecord } from "@streaming-data-lake/runner/stream/deaggregate";
import type { KinesisRecord } from "@streaming-data-lake/runner/stream/stream-source";
import type { Journey, JourneyHead, JourneyStep, PutResult } from "../api";
import { Refused } from "../server/refused";
import type { Logs } from "../stream/logs";
import { matcher, placeOf, type RecordPlace, recordData, recordId, shownRecord } from "../stream/record-data";
import { latestRecords } from "../stream/search";
import { DeliverySteps } from "./delivery-steps";
import { ErrorObjects } from "./error-objects";
import { type BatchProgress, FunctionSteps } from "./function-steps";
import { Rollups } from "./rollups";
import { RowFinder } from "./rows";

/** Largest number of characters of a record that its head shows. */
const mostCharacters = 200;

export interface JourneysOptions {
  readonly world: World;
  readonly logs: Logs;
  /** Folder for the temporary files with which rows are compared. */
  readonly scratch: string;
  readonly database: ConversionDatabase;
  readonly ended: AbortSignal;
}

/** What became of each record, derived from what the runner has recorded about batches, invocations and objects. */
export class Journeys {
  private readonly world: World;
  private readonly logs: Logs;
  private readonly functions: FunctionSteps;
  private readonly deliveries: DeliverySteps;

  constructor({ world, logs, scratch, database, ended }: JourneysOptions) {
    this.world = world;
    this.logs = logs;
    this.functions = new FunctionSteps(world);
    const rollups = new Rollups(world);
    const rows = new RowFinder(database, scratch);
    this.deliveries = new DeliverySteps(world, new ErrorObjects(world.objects), rows, rollups);
    ended.addEventListener("abort", () => void rollups.close(), { once: true });
  }

  /**
   * Journeys that match a query, latest first. @param query A sequence number, a partition key or a part of the data;
   * "" matches all.
   */
  async list(query: string, limit: number): Promise<readonly JourneyHead[]> {
    const { runner, state } = this.world;
    if (!state.kinesis && this.logs.names.length === 0 && runner.streams.length > 0)
      throw new Refused(
        404,
        `the streams are in another Kinesis, ${runner.endpoint}: what becomes of its records is not shown`,
      );
    const places = /^\d{20,}$/.test(query) ? await this.numbered(query) : await this.matching(query, limit);
    return Promise.all(places.map(({ record, place }) => this.head(place, record)));
  }

  async journey(id: string): Promise<Journey> {
    const place = this.place(id);
    const record = await this.logs.record(place);
    const progress = await this.progress(place, record, true);
    const { stream, shard } = place;
    const put: JourneyStep = {
      time: Math.round(record.arrival),
      kind: "put",
      node: this.world.stack.streams.find(({ name }) => name === stream)?.address ?? stream,
      ok: true,
      facts: [
        ["shard", shard],
        ["sequenceNumber", record.sequenceNumber],
        ["bytes", String(record.data.length)],
        ["userRecords", String(deaggregate(record).length)],
      ],
    };
    const steps = [put, ...progress.flatMap(({ steps }) => steps)];
    return {
      ...(await this.head(place, record, progress)),
      record: shownRecord(stream, shard, record),
      steps: steps.toSorted((a, b) => a.time - b.time),
    };
  }

  /** Puts the record into its stream again, unchanged. */
  async resend(id: string): Promise<PutResult> {
    const place = this.place(id);
    const record = await this.logs.record(place);
    const { partitionKey, data } = place.index === undefined ? record : userRecord(record, place);
    return this.logs.logOf(place.stream).put(partitionKey, data);
  }

  private place(id: string): RecordPlace {
    const place = placeOf(id);
    if (!place)
      throw new Refused(
        400,
        `${JSON.stringify(id.slice(0, 200))} is not a record: it must be <stream>:<shard>:<sequence number>`,
      );
    return place;
  }

  private async numbered(sequenceNumber: string) {
    for (const stream of this.logs.names)
      for (const { id: shard } of this.logs.logOf(stream).shards) {
        const place = { stream, shard, sequenceNumber };
        const record = await this.logs
          .logOf(stream)
          .record(shard, sequenceNumber)
          // Reading fails when the sequence number belongs to another shard.
          .catch(() => undefined);
        if (record) return heads(place, record, () => true);
      }
    return [];
  }

  private async matching(query: string, limit: number) {
    const byText = matcher({ text: query });
    const matches = (record: Pick<SentRecord, "partitionKey" | "data">) =>
      record.partitionKey === query || byText(record);
    const found = await Promise.all(
      this.logs.names.map(async (stream) => {
        const records = await latestRecords(this.logs.logOf(stream), { limit, matches });
        return records.flatMap(({ shard, record }) =>
          heads({ stream, shard, sequenceNumber: record.sequenceNumber }, record, matches).reverse(),
        );
      }),
    );
    return found
      .flat()
      .sort((a, b) => b.record.arrival - a.record.arrival)
      .slice(0, limit);
  }

  private async progress(
    place: RecordPlace,
    record: KinesisRecord,
    whole: boolean,
  ): Promise<readonly BatchProgress[]> {
    const { stream, shard, sequenceNumber } = place;
    const entries = (await this.world.state.journal?.find(stream, shard, sequenceNumber)) ?? [];
    return [
      ...this.functions.stepsOf(stream, shard, record, entries),
      ...(await this.deliveries.stepsOf(stream, shard, userRecord(record, place), entries, whole)),
    ];
  }

  private async head(
    place: RecordPlace,
    record: KinesisRecord,
    known?: readonly BatchProgress[],
  ): Promise<JourneyHead> {
    const progress = known ?? (await this.progress(place, record, false));
    const { partitionKey, data } = userRecord(record, place);
    const { text, base64 = "" } = recordData(data, 4 * mostCharacters);
    return {
      id: recordId(place),
      stream: place.stream,
      partitionKey,
      time: Math.round(record.arrival),
      outcome: outcomeOf(progress),
      text: (text ?? base64).slice(0, mostCharacters),
    };
  }
}

/** The record itself, or the record of the aggregate that the place refers to. @throws Refused 404 */
function userRecord(record: KinesisRecord, { index = 0 }: RecordPlace): SentRecord {
  const found = deaggregate(record)[index];
  if (!found) throw new Refused(404, `the record ${record.sequenceNumber} holds no record ${index}`);
  return found;
}

/** The place of a record, or the places of the matching records in its aggregate. */
function heads(
  place: RecordPlace,
  record: KinesisRecord,
  matches: (record: SentRecord) => boolean,
): { readonly place: RecordPlace; readonly record: KinesisRecord }[] {
  const userRecords = deaggregate(record);
  if (userRecords.length === 1 && userRecords[0]?.data === record.data) return [{ place, record }];
  return userRecords.filter(matches).map(({ subSequenceNumber }) => ({
    place: { ...place, index: subSequenceNumber },
    record,
  }));
}

function outcomeOf(progress: readonly BatchProgress[]): JourneyHead["outcome"] {
  if (progress.length === 0) return "unread";
  const states = new Set(progress.map(({ state }) => state));
  if (states.has("failed")) return "failed";
  if (states.has("rejected")) return "rejected";
  if (states.has("under way")) return "under way";
  return states.size === 1 && states.has("filtered") ? "filtered" : "delivered";
}
