import { isIPv4, isIPv6 } from "node:net";
import type { Value } from "../../values";
import { define, type Functions, integer, text } from "./arguments";

/** A block of addresses, such as 10.0.0.0/16 or 2001:db8::/64. */
interface Block {
  readonly address: bigint;
  /** Number of bits in the prefix. */
  readonly bits: number;
  /** Number of bits in an address: 32 or 128. */
  readonly size: number;
}

/** @throws Error when the text is not a valid block. */
function parse(value: string): Block {
  const [, given = "", length] = /^([^/]+)\/(\d+)$/.exec(value) ?? [];
  // Terraform has always accepted leading zeros, and reads such numbers as decimal.
  const ip = given.includes(":") ? given : given.replace(/\b0+(?=\d)/g, "");
  const size = isIPv4(ip) ? 32 : isIPv6(ip) ? 128 : 0;
  const bits = Number(length);
  if (size === 0 || bits > size)
    throw new Error(`${value} is not a block such as 10.0.0.0/16 or 2001:db8::/64`);
  const rest = BigInt(size - bits);
  return { address: (addressOf(ip) >> rest) << rest, bits, size };
}

function addressOf(ip: string): bigint {
  if (isIPv4(ip)) return ip.split(".").reduce((sum, part) => sum * 256n + BigInt(part), 0n);
  const plain = ip.replace(/[\d.]+$/, (end) => {
    if (!end.includes(".")) return end;
    const four = addressOf(end);
    return `${(four >> 16n).toString(16)}:${(four & 0xffffn).toString(16)}`;
  });
  const [head = "", tail] = plain.split("::");
  const groups = (part: string) => (part === "" ? [] : part.split(":"));
  const [before, after] = [groups(head), groups(tail ?? "")];
  const zeros = Array<string>(tail === undefined ? 0 : 8 - before.length - after.length).fill("0");
  return [...before, ...zeros, ...after].reduce((sum, group) => sum * 65_536n + BigInt(`0x${group}`), 0n);
}

function written(address: bigint, size: number): string {
  const part = size === 32 ? 8n : 16n;
  const count = size === 32 ? 4 : 8;
  const parts = Array.from(
    { length: count },
    (_, at) => (address >> (part * BigInt(count - 1 - at))) & ((1n << part) - 1n),
  );
  if (size === 32) return parts.join(".");
  const groups = parts.map((group) => group.toString(16)).join(":");
  // The longest run of zeros is left out, or the first one if several are equally long.
  const runs = [...groups.matchAll(/\b0(?::0)+\b/g)].sort((a, b) => b[0].length - a[0].length);
  const [run] = runs;
  if (!run) return groups;
  const [before, after] = [groups.slice(0, run.index), groups.slice(run.index + run[0].length)];
  return `${before.replace(/:$/, "")}::${after.replace(/^:/, "")}`;
}

function host({ address, bits, size }: Block, index: number): string {
  const count = 1n << BigInt(size - bits);
  const at = index < 0 ? count + BigInt(index) : BigInt(index);
  if (at < 0n || at >= count) throw new Error("the block has no such address");
  return written(address + at, size);
}

function subnet({ address, bits, size }: Block, more: number, index: number): string {
  if (more < 0 || bits + more > size || index < 0 || BigInt(index) >= 1n << BigInt(more))
    throw new Error("the block has no such subnet");
  const rest = BigInt(size - bits - more);
  return `${written(address + (BigInt(index) << rest), size)}/${bits + more}`;
}

/** Places blocks one after the other, each at the next address at which a block of its size may begin. */
function subnets({ address, bits, size }: Block, lengths: readonly number[]): Value {
  let next = address;
  const end = address + (1n << BigInt(size - bits));
  return lengths.map((more) => {
    if (more < 1 || bits + more > size) throw new Error("the block has no such subnet");
    const length = 1n << BigInt(size - bits - more);
    const start = ((next + length - 1n) / length) * length;
    if (start + length > end) throw new Error("the block is too small for its subnets");
    next = start + length;
    return `${written(start, size)}/${bits + more}`;
  });
}

function mask({ bits, size }: Block): string {
  if (size !== 32) throw new Error("only a block of IPv4 has a netmask");
  return written((1n << 32n) - (1n << BigInt(32 - bits)), size);
}

/** https://developer.hashicorp.com/terraform/language/functions: IP network functions */
export const networkFunctions: Functions = {
  cidrhost: define(2, 2, ([block, index]) => host(parse(text(block)), integer(index))),
  cidrnetmask: define(1, 1, ([block]) => mask(parse(text(block)))),
  cidrsubnet: define(3, 3, ([block, more, index]) =>
    subnet(parse(text(block)), integer(more), integer(index)),
  ),
  cidrsubnets: define(1, undefined, ([block, ...lengths]) =>
    subnets(parse(text(block)), lengths.map(integer)),
  ),
};
