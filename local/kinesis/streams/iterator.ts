import { seal, unseal } from "../seal";

/** Where a shard is read on: what a shard iterator says. */
export interface Position {
  readonly streamId: string;
  readonly streamName: string;
  readonly shardIndex: number;
  /** Number of the record to read from. */
  readonly from: number;
  /** When the iterator was given out. Milliseconds since 1970. */
  readonly givenAt: number;
}

/** How long an iterator can be used. Milliseconds. */
export const iteratorLifetime = 300_000;

/** AWS's begin with these eight bytes too. */
const version = Buffer.from([0, 0, 0, 0, 0, 0, 0, 1]);
/** AWS's are this long at least. */
const shortest = 128;

export function encodeIterator(position: Position, key: Buffer): string {
  const { streamId, streamName, shardIndex, from, givenAt } = position;
  const text = `${givenAt}/${streamId}/${streamName}/${shardIndex}/${from}`.padEnd(shortest);
  return Buffer.concat([version, seal(Buffer.from(text), key)]).toString("base64");
}

/** @returns undefined for what no store with this key gave out. */
export function decodeIterator(iterator: string, key: Buffer): Position | undefined {
  const bytes = Buffer.from(iterator, "base64");
  if (bytes.toString("base64") !== iterator || !bytes.subarray(0, version.length).equals(version))
    return undefined;
  const text = unseal(bytes.subarray(version.length), key);
  if (!text) return undefined;
  const [givenAt, streamId = "", streamName = "", shardIndex, from] = text.toString().trimEnd().split("/");
  return {
    streamId,
    streamName,
    shardIndex: Number(shardIndex),
    from: Number(from),
    givenAt: Number(givenAt),
  };
}
