/** Published hash functions that Node does not provide. */

const mask = (1n << 64n) - 1n;
const wrap = (value: bigint): bigint => value & mask;
const rotate = (value: bigint, by: bigint): bigint => wrap((value << by) | (value >> (64n - by)));
const multiply = (a: bigint, b: bigint): bigint => wrap(a * b);

/** Little-endian words at an offset. */
const word64 = (bytes: Buffer, at: number): bigint => bytes.readBigUInt64LE(at);
const word32 = (bytes: Buffer, at: number): bigint => BigInt(bytes.readUInt32LE(at));

const bufferOf = (bytes: Uint8Array): Buffer => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);

export function bigEndian64(value: bigint): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64BE(wrap(value));
  return bytes;
}

const prime1 = 0x9e3779b185ebca87n;
const prime2 = 0xc2b2ae3d27d4eb4fn;
const prime3 = 0x165667b19e3779f9n;
const prime4 = 0x85ebca77c2b2ae63n;
const prime5 = 0x27d4eb2f165667c5n;

const round = (lane: bigint, input: bigint): bigint =>
  multiply(rotate(wrap(lane + multiply(input, prime2)), 31n), prime1);

/** XXH64. @see https://github.com/Cyan4973/xxHash/blob/dev/doc/xxhash_spec.md */
export function xxHash64(input: Uint8Array, seed = 0n): bigint {
  const bytes = bufferOf(input);
  let at = 0;
  let hash: bigint;
  if (bytes.length >= 32) {
    const lanes: [bigint, bigint, bigint, bigint] = [
      wrap(seed + prime1 + prime2),
      wrap(seed + prime2),
      seed,
      wrap(seed - prime1),
    ];
    for (; at + 32 <= bytes.length; at += 32) {
      lanes[0] = round(lanes[0], word64(bytes, at));
      lanes[1] = round(lanes[1], word64(bytes, at + 8));
      lanes[2] = round(lanes[2], word64(bytes, at + 16));
      lanes[3] = round(lanes[3], word64(bytes, at + 24));
    }
    hash = wrap(rotate(lanes[0], 1n) + rotate(lanes[1], 7n) + rotate(lanes[2], 12n) + rotate(lanes[3], 18n));
    for (const lane of lanes) hash = wrap(multiply(hash ^ round(0n, lane), prime1) + prime4);
  } else hash = wrap(seed + prime5);
  hash = wrap(hash + BigInt(bytes.length));
  for (; at + 8 <= bytes.length; at += 8)
    hash = wrap(multiply(rotate(hash ^ round(0n, word64(bytes, at)), 27n), prime1) + prime4);
  if (at + 4 <= bytes.length) {
    hash = wrap(multiply(rotate(hash ^ multiply(word32(bytes, at), prime1), 23n), prime2) + prime3);
    at += 4;
  }
  for (; at < bytes.length; at += 1)
    hash = multiply(rotate(hash ^ multiply(BigInt(bytes[at] ?? 0), prime5), 11n), prime1);
  hash = multiply(hash ^ (hash >> 33n), prime2);
  hash = multiply(hash ^ (hash >> 29n), prime3);
  return hash ^ (hash >> 32n);
}

function finalMix(value: bigint): bigint {
  let hash = multiply(value ^ (value >> 33n), 0xff51afd7ed558ccdn);
  hash = multiply(hash ^ (hash >> 33n), 0xc4ceb9fe1a85ec53n);
  return hash ^ (hash >> 33n);
}

const murmur1 = 0x87c37b91114253d5n;
const murmur2 = 0x4cf5ad432745937fn;
const mixFirst = (k: bigint): bigint => multiply(rotate(multiply(k, murmur1), 31n), murmur2);
const mixSecond = (k: bigint): bigint => multiply(rotate(multiply(k, murmur2), 33n), murmur1);

/** The 128-bit MurmurHash3 for 64-bit machines, as 16 bytes. */
export function murmur3(input: Uint8Array): Buffer {
  const bytes = bufferOf(input);
  let h1 = 0n;
  let h2 = 0n;
  let at = 0;
  for (; at + 16 <= bytes.length; at += 16) {
    h1 ^= mixFirst(word64(bytes, at));
    h1 = wrap(wrap(rotate(h1, 27n) + h2) * 5n + 0x52dce729n);
    h2 ^= mixSecond(word64(bytes, at + 8));
    h2 = wrap(wrap(rotate(h2, 31n) + h1) * 5n + 0x38495ab5n);
  }
  const rest = Buffer.alloc(16);
  bytes.copy(rest, 0, at);
  if (bytes.length - at > 8) h2 ^= mixSecond(word64(rest, 8));
  if (bytes.length > at) h1 ^= mixFirst(word64(rest, 0));
  const length = BigInt(bytes.length);
  h1 ^= length;
  h2 ^= length;
  h1 = wrap(h1 + h2);
  h2 = wrap(h2 + h1);
  h1 = finalMix(h1);
  h2 = finalMix(h2);
  h1 = wrap(h1 + h2);
  h2 = wrap(h2 + h1);
  const result = Buffer.alloc(16);
  result.writeBigUInt64LE(h1, 0);
  result.writeBigUInt64LE(h2, 8);
  return result;
}

const spookyConstant = 0xdeadbeefdeadbeefn;
type Four = [bigint, bigint, bigint, bigint];

const shortMixes = [50n, 52n, 30n, 41n, 54n, 48n, 38n, 37n, 62n, 34n, 5n, 36n] as const;

function shortMix(h: Four): void {
  for (const [step, by] of shortMixes.entries()) {
    const into = (step + 2) % 4;
    const from = (step + 3) % 4;
    const other = step % 4;
    h[into as 0] = rotate(h[into as 0], by);
    h[into as 0] = wrap(h[into as 0] + h[from as 0]);
    h[other as 0] ^= h[into as 0];
  }
}

const shortEnds = [15n, 52n, 26n, 51n, 28n, 9n, 47n, 54n, 32n, 25n, 63n] as const;

function shortEnd(h: Four): void {
  for (const [step, by] of shortEnds.entries()) {
    const into = (step + 3) % 4;
    const from = (step + 2) % 4;
    h[into as 0] ^= h[from as 0];
    h[from as 0] = rotate(h[from as 0], by);
    h[into as 0] = wrap(h[into as 0] + h[from as 0]);
  }
}

function spookyShort(bytes: Buffer, seed: bigint): bigint {
  const h: Four = [seed, seed, spookyConstant, spookyConstant];
  let at = 0;
  for (; at + 32 <= bytes.length; at += 32) {
    h[2] = wrap(h[2] + word64(bytes, at));
    h[3] = wrap(h[3] + word64(bytes, at + 8));
    shortMix(h);
    h[0] = wrap(h[0] + word64(bytes, at + 16));
    h[1] = wrap(h[1] + word64(bytes, at + 24));
  }
  let left = bytes.length - at;
  if (left >= 16) {
    h[2] = wrap(h[2] + word64(bytes, at));
    h[3] = wrap(h[3] + word64(bytes, at + 8));
    shortMix(h);
    at += 16;
    left -= 16;
  }
  h[3] = wrap(h[3] + (BigInt(bytes.length) << 56n));
  if (left === 0) {
    h[2] = wrap(h[2] + spookyConstant);
    h[3] = wrap(h[3] + spookyConstant);
  } else {
    const rest = Buffer.alloc(16);
    bytes.copy(rest, 0, at);
    h[2] = wrap(h[2] + word64(rest, 0));
    h[3] = wrap(h[3] + word64(rest, 8));
  }
  shortEnd(h);
  return h[0];
}

const longMixes = [11n, 32n, 43n, 31n, 17n, 28n, 39n, 57n, 55n, 54n, 22n, 46n] as const;
const longEnds = [44n, 15n, 34n, 21n, 38n, 33n, 10n, 13n, 38n, 53n, 42n, 54n] as const;

function spookyLong(bytes: Buffer, seed: bigint): bigint {
  const h = Array.from({ length: 12 }, (_, index) => (index % 3 === 2 ? spookyConstant : seed));
  const get = (index: number): bigint => h[index % 12] ?? 0n;
  const set = (index: number, value: bigint): void => {
    h[index % 12] = wrap(value);
  };
  let at = 0;
  for (; at + 96 <= bytes.length; at += 96)
    for (const [lane, by] of longMixes.entries()) {
      set(lane, get(lane) + word64(bytes, at + lane * 8));
      set(lane + 2, get(lane + 2) ^ get(lane + 10));
      set(lane + 11, get(lane + 11) ^ get(lane));
      set(lane, rotate(get(lane), by));
      set(lane + 11, get(lane + 11) + get(lane + 1));
    }
  const rest = Buffer.alloc(96);
  bytes.copy(rest, 0, at);
  rest[95] = bytes.length - at;
  for (let lane = 0; lane < 12; lane += 1) set(lane, get(lane) + word64(rest, lane * 8));
  for (let turn = 0; turn < 3; turn += 1)
    for (const [lane, by] of longEnds.entries()) {
      set(lane + 11, get(lane + 11) + get(lane + 1));
      set(lane + 2, get(lane + 2) ^ get(lane + 11));
      set(lane + 1, rotate(get(lane + 1), by));
    }
  return get(0);
}

/** SpookyHash V2. @see http://burtleburtle.net/bob/hash/spooky.html */
export function spookyHash64(input: Uint8Array): bigint {
  const bytes = bufferOf(input);
  return bytes.length < 192 ? spookyShort(bytes, 0n) : spookyLong(bytes, 0n);
}

const crcTable = Array.from({ length: 256 }, (_, byte) => {
  let value = byte;
  for (let bit = 0; bit < 8; bit += 1) value = value & 1 ? (value >>> 1) ^ 0xedb88320 : value >>> 1;
  return value >>> 0;
});

export function crc32(bytes: Uint8Array): bigint {
  let crc = 0xffffffff;
  for (const byte of bytes) crc = (crcTable[(crc ^ byte) & 255] ?? 0) ^ (crc >>> 8);
  return BigInt((crc ^ 0xffffffff) >>> 0);
}
