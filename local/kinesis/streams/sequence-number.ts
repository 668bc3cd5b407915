import type { Bytes } from "../protocol/bytes";

/**
 * A sequence number as AWS makes it: 186 bits in decimal. The highest say when the shard was created, then comes the
 * record's number in its shard, then the second of its arrival and the shard; so a shard's numbers sort by record.
 */
export interface SequenceNumber {
  /** Second in which the shard was created. */
  readonly shardCreated: number;
  /** The record's number in its shard, from 1 on; 0 is the shard's start. */
  readonly record: bigint;
  /** Second of the arrival. */
  readonly arrived: number;
  readonly shardIndex: number;
  /** AWS's version of the format; ours are of version 2, those of 0 and 1 are long past. */
  readonly version: 0 | 1 | 2;
}

/** Record number of a closed shard's end: no record gets there. */
export const lastRecord = 0x7fff_ffff_ffff_ffffn;

const lead = 2n << 184n;
const seconds = 0xf_ffff_ffffn;
/** AWS refuses numbers of shards created from here on. */
const latestSecond = 16_025_175_000;
const oldest = 1n << 124n;

export function formatSequenceNumber(number: Omit<SequenceNumber, "version">): string {
  return (
    shardBits(number.shardCreated, number.shardIndex) | recordBits(number.record, number.arrived)
  ).toString();
}

/** What all numbers of a shard have in common. */
export function shardBits(shardCreated: number, shardIndex: number): bigint {
  const index = BigInt(shardIndex);
  return lead | (BigInt(shardCreated) << 148n) | ((index & 15n) << 144n) | (index << 4n) | 2n;
}

/** What differs between the numbers of a shard. */
export function recordBits(record: bigint, arrived: number): bigint {
  return (record << 80n) | (BigInt(arrived) << 36n);
}

/** @returns undefined for what AWS calls invalid. */
export function parseSequenceNumber(text: string): SequenceNumber | undefined {
  if (!/^(0|[1-9]\d{0,128})$/.test(text)) return undefined;
  let value = BigInt(text);
  if (value < oldest) value += oldest;
  if (value < oldest * 32n) {
    const shardCreated = Number((value >> 88n) & seconds);
    const shardIndex = Number(value & 0xffffn);
    return valid({ shardCreated, record: 0n, arrived: shardCreated, shardIndex, version: 0 });
  }
  const version = Number(value & 15n);
  if (value <= lead || value >= lead + lead / 2n || (version !== 1 && version !== 2)) return undefined;
  return valid({
    shardCreated: Number((value >> 148n) & seconds),
    record: version === 2 ? (value >> 80n) & 0xffff_ffff_ffff_ffffn : 0n,
    arrived: Number((value >> (version === 2 ? 36n : 100n)) & seconds),
    shardIndex: Number(BigInt.asIntN(32, value >> 4n)),
    version,
  });
}

function valid(number: SequenceNumber): SequenceNumber | undefined {
  return number.shardCreated < latestSecond && number.record <= lastRecord ? number : undefined;
}

/** What two records have between them whose numbers follow each other and that arrived in the same second. */
const step = [...(1n << 80n).toString()].map(Number).reverse();

/**
 * Consecutive sequence numbers of records that arrived in the same second, counted up in decimal, within the bytes that
 * are the same around each.
 */
export class ConsecutiveNumbers {
  private readonly bytes: Buffer;
  private readonly start: number;
  private readonly end: number;

  constructor(first: bigint, before: Buffer = nothing, after: Buffer = nothing) {
    const digits = Buffer.from(first.toString(), "latin1");
    this.bytes = Buffer.concat([before, digits, after]);
    this.start = before.length;
    this.end = before.length + digits.length;
  }

  toString(): string {
    return this.bytes.toString("latin1", this.start, this.end);
  }

  /** Writes the number and what is around it. */
  writeTo(writer: Bytes): void {
    writer.raw(this.bytes, 0, this.bytes.length);
  }

  /** Goes on to the next record's. */
  advance(): void {
    const { bytes } = this;
    let carry = 0;
    let at = this.end - 1;
    for (let i = 0; i < step.length || carry > 0; i++, at--) {
      const sum = (bytes[at] as number) - 0x30 + (step[i] ?? 0) + carry;
      carry = sum > 9 ? 1 : 0;
      bytes[at] = 0x30 + (carry ? sum - 10 : sum);
    }
  }
}

const nothing = Buffer.alloc(0);
/** All numbers of version 2 have as many. */
export const digitsOfNumber = 56;
