import { define, type Functions, integer, text } from "./arguments";

interface Block {
  readonly address: number;
  readonly bits: number;
}

/** @throws Error when the text is not an IPv4 block such as 10.0.0.0/16. */
function parse(value: string): Block {
  const [, ip = "", length] = /^(\d+\.\d+\.\d+\.\d+)\/(\d+)$/.exec(value) ?? [];
  const parts = ip.split(".").map(Number);
  const bits = Number(length);
  if (parts.length !== 4 || parts.some((part) => part > 255) || !(bits <= 32))
    throw new Error(`${value} is not an IPv4 block such as 10.0.0.0/16`);
  const address = parts.reduce((sum, part) => sum * 256 + part, 0);
  return { address: address - (address % 2 ** (32 - bits)), bits };
}

const written = (address: number): string =>
  [24, 16, 8, 0].map((shift) => Math.floor(address / 2 ** shift) % 256).join(".");

function host(block: Block, index: number): string {
  const size = 2 ** (32 - block.bits);
  const at = index < 0 ? size + index : index;
  if (at < 0 || at >= size) throw new Error("the block has no such address");
  return written(block.address + at);
}

function subnet({ address, bits }: Block, more: number, index: number): string {
  if (bits + more > 32 || index < 0 || index >= 2 ** more) throw new Error("the block has no such subnet");
  return `${written(address + index * 2 ** (32 - bits - more))}/${bits + more}`;
}

/** https://developer.hashicorp.com/terraform/language/functions: IP network functions, of IPv4 */
export const networkFunctions: Functions = {
  cidrhost: define(2, 2, ([block, index]) => host(parse(text(block)), integer(index))),
  cidrnetmask: define(1, 1, ([block]) => written(2 ** 32 - 2 ** (32 - parse(text(block)).bits))),
  cidrsubnet: define(3, 3, ([block, more, index]) =>
    subnet(parse(text(block)), integer(more), integer(index)),
  ),
};
