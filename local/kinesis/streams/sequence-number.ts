import type { Bytes } from "../protocol/bytes";

/**
 * A sequence number in AWS's format: 186 bits, written in decimal. The highest bits say when the shard was created.
 * They are followed by the record's number in its shard, the second of its arrival, and the shard's index. The sequence
 * numbers of a shard therefore sort by record.
 */
export interface SequenceNumber {
  /** When the shard was created. Seconds since 1970. */
  readonly shardCreated: number;
  /** The record's number in its shard, beginning at 1. 0 is the start of the shard. */
  readonly record: bigint;
  /** When the record arrived. Seconds since 1970. */
  readonly arrived: number;
  readonly shardIndex: number;
  /** Version of the format. New numbers have version 2, and versions 0 and 1 are obsolete. */
  readonly version: 0 | 1 | 2;
}

/** Record number that stands for the end of a closed shard. No record ever gets it. */
export const lastRecord = 0x7fff_ffff_ffff_ffffn;

const lead = 2n << 184n;
const seconds = 0xf_ffff_ffffn;
/** AWS refuses sequence numbers of shards that were created at this time or later. Seconds since 1970. */
const latestSecond = 16_025_175_000;
const oldest = 1n << 124n;

export function formatSequenceNumber(number: Omit<SequenceNumber, "version">): string {
  return (
    shardBits(number.shardCreated, number.shardIndex) | recordBits(number.record, number.arrived)
  ).toString();
}

/** The bits that all sequence numbers of a shard have in common. */
export function shardBits(shardCreated: number, shardIndex: number): bigint {
  const index = BigInt(shardIndex);
  return lead | (BigInt(shardCreated) << 148n) | ((index & 15n) << 144n) | (index << 4n) | 2n;
}

/** The bits that differ between the sequence numbers of a shard. */
export function recordBits(record: bigint, arrived: number): bigint {
  return (record << 80n) | (BigInt(arrived) << 36n);
}

/** @returns undefined when AWS would call the sequence number invalid. */
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

/**
 * Difference between the sequence numbers of consecutive records that arrived in the same second, as decimal digits,
 * the lowest first.
 */
const step = [...(1n << 80n).toString()].map(Number).reverse();

/**
 * Consecutive sequence numbers of records that arrived in the same second. They are counted up as decimal digits in a
 * buffer, together with fixed bytes that are written before and after each number.
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

  /** Writes the current number with the fixed bytes around it. */
  writeTo(writer: Bytes): void {
    writer.raw(this.bytes, 0, this.bytes.length);
  }

  /** Advances to the next record's number. */
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
/** Number of decimal digits of every sequence number of version 2. */
export const digitsOfNumber = 56;
