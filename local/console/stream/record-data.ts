import { isUtf8 } from "node:buffer";
import { deaggregate, type UserRecord } from "@streaming-data-lake/runner/stream/deaggregate";
import type { KinesisRecord } from "@streaming-data-lake/runner/stream/stream-source";
import type { RecordData, StreamRecord } from "../api";

/** Bytes of a record's data that are shown. */
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

/** @param isCut The last character may be in pieces. @returns undefined for bytes that are no UTF-8. */
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

/** A record with what the KPL has put into it. */
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

/** A record, or one of those in an aggregate. */
export interface RecordPlace {
  readonly stream: string;
  readonly shard: string;
  readonly sequenceNumber: string;
  /** In the aggregate, from 0. */
  readonly index?: number;
}

export const recordId = ({ stream, shard, sequenceNumber, index }: RecordPlace): string =>
  [stream, shard, sequenceNumber, ...(index === undefined ? [] : [index])].join(":");

/** @returns undefined for what is not an id. */
export function placeOf(id: string): RecordPlace | undefined {
  const [, stream, shard, sequenceNumber, index] =
    /^([\w.-]+):(shardId-\d+):(\d+)(?::(\d+))?$/.exec(id) ?? [];
  if (stream === undefined || shard === undefined || sequenceNumber === undefined) return undefined;
  return { stream, shard, sequenceNumber, ...(index !== undefined && { index: Number(index) }) };
}

/** What is looked for among records. */
export interface RecordQuery {
  /** Partition key, whole. */
  readonly key?: string | undefined;
  /** Anywhere in the data, in upper case or lower. */
  readonly text?: string | undefined;
}

/** Whether a record, or one in its aggregate, is what is looked for. */
export function matcher({
  key,
  text,
}: RecordQuery): (record: Pick<UserRecord, "partitionKey" | "data">) => boolean {
  const wanted = text?.toLowerCase();
  return ({ partitionKey, data }) =>
    (key === undefined || key === "" || partitionKey === key) &&
    (wanted === undefined || wanted === "" || data.toString("utf8").toLowerCase().includes(wanted));
}

/** Whether a record is what is looked for by itself, or by one in its aggregate. */
export const wantedBy =
  (matches: ReturnType<typeof matcher>) =>
  (record: KinesisRecord): boolean =>
    matches(record) || deaggregate(record).some(matches);
