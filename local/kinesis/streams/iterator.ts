import { seal, unseal } from "../seal";

/** Content of a shard iterator: the position in a shard from which to continue reading. */
export interface IteratorPosition {
  readonly streamId: string;
  readonly streamName: string;
  readonly shardIndex: number;
  /** Number of the record at which to begin. */
  readonly from: number;
  /** When the iterator was issued. Milliseconds since 1970. */
  readonly givenAt: number;
}

/** How long an iterator is valid. Milliseconds. */
export const iteratorLifetime = 300_000;

/** First eight bytes of an iterator, which are the same in AWS's iterators. */
const version = Buffer.from([0, 0, 0, 0, 0, 0, 0, 1]);
/** Length to which the text of an iterator is padded, so that iterators are about as long as AWS's. Characters. */
const shortest = 128;

export function encodeIterator(position: IteratorPosition, key: Buffer): string {
  const { streamId, streamName, shardIndex, from, givenAt } = position;
  const text = `${givenAt}/${streamId}/${streamName}/${shardIndex}/${from}`.padEnd(shortest);
  return Buffer.concat([version, seal(Buffer.from(text), key)]).toString("base64");
}

/** @returns undefined when the iterator was not issued by a store with this key. */
export function decodeIterator(iterator: string, key: Buffer): IteratorPosition | undefined {
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
