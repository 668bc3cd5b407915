import { isUtf8 } from "node:buffer";
import { deaggregate, type SentRecord } from "@streaming-data-lake/runner/stream/deaggregate";
import type { KinesisRecord } from "@streaming-data-lake/runner/stream/stream-source";
import type { RecordData, StreamRecord } from "../api";

/** Largest number of bytes of a record's data that are shown. */
const mostBytes = 64 * 1024;

export function recordData(data: Uint8Array, most = mostBytes): RecordData {
  const cut = data.length > most;
  const shown = data.subarray(0, most);
  const text = textOf(shown, cut);
  return {
    ...(text === undefined ? { base64: Buffer.from(shown).toString("base64") } : { text }),
    ...(cut && { cut }),
  };
}

/**
 * @param isCut Whether the bytes may end in the middle of a character.
 * @returns undefined for bytes that are not valid UTF-8.
 */
function textOf(bytes: Uint8Array, isCut: boolean): string | undefined {
  if (!isCut)
    return isUtf8(bytes)
      ? Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString("utf8")
      : undefined;
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes, { stream: true });
  } catch {
    return undefined;
  }
}

/** A record with the user records that the KPL has aggregated in it. */
export function shownRecord(stream: string, shard: string, record: KinesisRecord): StreamRecord {
  const { sequenceNumber, partitionKey, arrival, data } = record;
  const userRecords = deaggregate(record);
  const isAggregate = userRecords.length !== 1 || userRecords[0]?.data !== data;
  return {
    id: recordId({ stream, shard, sequenceNumber }),
    stream,
    shard,
    sequenceNumber,
    partitionKey,
    arrival: Math.round(arrival),
    bytes: data.length,
    ...(isAggregate && {
      aggregate: userRecords.map((one) => ({ partitionKey: one.partitionKey, data: recordData(one.data) })),
    }),
    data: recordData(data),
  };
}

/** The place of a record, or of a user record in an aggregate. */
export interface RecordPlace {
  readonly stream: string;
  readonly shard: string;
  readonly sequenceNumber: string;
  /** Index in the aggregate, from 0. */
  readonly index?: number;
}

export const recordId = ({ stream, shard, sequenceNumber, index }: RecordPlace): string =>
  [stream, shard, sequenceNumber, ...(index === undefined ? [] : [index])].join(":");

/** @returns undefined when the text is not an id of a record. */
export function placeOf(id: string): RecordPlace | undefined {
  const [, stream, shard, sequenceNumber, index] =
    /^([\w.-]+):(shardId-\d+):(\d+)(?::(\d+))?$/.exec(id) ?? [];
  if (stream === undefined || shard === undefined || sequenceNumber === undefined) return undefined;
  return { stream, shard, sequenceNumber, ...(index !== undefined && { index: Number(index) }) };
}

/** A search for records. */
export interface RecordQuery {
  /** The whole partition key. */
  readonly key?: string | undefined;
  /** Text that occurs anywhere in the data, regardless of case. */
  readonly text?: string | undefined;
}

/** A function that tells whether a user record matches the search. */
export function matcher({
  key,
  text,
}: RecordQuery): (record: Pick<SentRecord, "partitionKey" | "data">) => boolean {
  const wanted = text?.toLowerCase();
  return ({ partitionKey, data }) =>
    (key === undefined || key === "" || partitionKey === key) &&
    (wanted === undefined || wanted === "" || data.toString("utf8").toLowerCase().includes(wanted));
}

/** Whether a record, or one of the user records in its aggregate, matches. */
export const wantedBy =
  (matches: ReturnType<typeof matcher>) =>
  (record: KinesisRecord): boolean =>
    matches(record) || deaggregate(record).some(matches);
