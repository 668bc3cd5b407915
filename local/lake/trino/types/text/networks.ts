/** Parses and formats UUIDs and IP addresses. */

/** A UUID in lower case. Undefined when the text is not a UUID. */
export const parseUuid = (text: string): string | undefined =>
  /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i.test(text)
    ? text.toLowerCase()
    : undefined;

/** The 16 bytes of an IPv4 or IPv6 address. Undefined when the text is not an address. */
export function parseAddress(text: string): Uint8Array | undefined {
  const four = parseFour(text);
  if (four) return Uint8Array.of(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, ...four);
  if (!text.includes(":")) return undefined;
  // Java reads the interface of an address, as in fe80::1%eth0, and drops it.
  const halves = text.replace(/%.+$/, "").split("::");
  if (halves.length > 2) return undefined;
  const [head, tail] = halves.map((half) => (half === "" ? [] : parseGroups(half.split(":"))));
  if (!head || (halves.length === 2 && !tail)) return undefined;
  if (tail === undefined) return head.length === 16 ? Uint8Array.from(head) : undefined;
  const missing = 16 - head.length - tail.length;
  return missing < 2 ? undefined : Uint8Array.from([...head, ...new Array<number>(missing).fill(0), ...tail]);
}

function parseFour(text: string): number[] | undefined {
  const parts = text.split(".");
  const bytes = parts.map(Number);
  return parts.length === 4 &&
    parts.every((part) => /^\d{1,3}$/.test(part)) &&
    bytes.every((byte) => byte <= 255)
    ? bytes
    : undefined;
}

function parseGroups(groups: readonly string[]): number[] | undefined {
  const bytes: number[] = [];
  for (const [index, group] of groups.entries()) {
    const four = index === groups.length - 1 ? parseFour(group) : undefined;
    if (four) bytes.push(...four);
    else if (/^[0-9a-f]{1,4}$/i.test(group)) {
      const value = Number.parseInt(group, 16);
      bytes.push(value >> 8, value & 0xff);
    } else return undefined;
  }
  return bytes;
}

/** Formats an address as Trino does: `10.0.0.1`, `2001:db8::1`. */
export function formatAddress(bytes: Uint8Array): string {
  if (bytes.subarray(0, 10).every((byte) => byte === 0) && bytes[10] === 0xff && bytes[11] === 0xff)
    return bytes.subarray(12).join(".");
  const groups = Array.from(
    { length: 8 },
    (_, index) => ((bytes[2 * index] ?? 0) << 8) | (bytes[2 * index + 1] ?? 0),
  );
  let start = -1;
  let length = 1;
  for (let index = 0; index < 8; index++) {
    let end = index;
    while (end < 8 && groups[end] === 0) end++;
    if (end - index > length) {
      start = index;
      length = end - index;
    }
  }
  const hex = (part: readonly number[]) => part.map((group) => group.toString(16)).join(":");
  return start < 0 ? hex(groups) : `${hex(groups.slice(0, start))}::${hex(groups.slice(start + length))}`;
}

/** The text of a UUID, from its 128 bits. */
export function formatUuid(bits: bigint): string {
  const hex = bits.toString(16).padStart(32, "0");
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
}

/** The 128 bits of a UUID, from its text. */
export const uuidBits = (text: string): bigint => BigInt(`0x${text.replaceAll("-", "")}`);
