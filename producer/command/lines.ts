import { createReadStream } from "node:fs";
import type { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { createGunzip } from "node:zlib";

const newline = 0x0a;

/** Longest line that is kept in memory. No record is longer. Bytes. */
export const maxLineBytes = 16 * 1024 * 1024;

/** Thrown when the rest of a file can't be read. */
export class ReadError extends Error {
  override readonly name = "ReadError";
  constructor(
    cause: Error,
    /** Number of lines that were read before the failure. */
    readonly lines: number,
  ) {
    super(cause.message, { cause });
  }
}

/**
 * Yields the lines of a file or of standard input (`-`), with their numbers from 1. Gzip is recognized by its first
 * bytes. A line of more than `maxLineBytes` is yielded without its text.
 *
 * @throws ReadError when there is no such file, or reading it fails part of the way.
 */
export async function* readInputLines(
  path: string,
  signal: AbortSignal,
): AsyncGenerator<readonly [number, string | undefined]> {
  const input: Readable = path === "-" ? process.stdin : createReadStream(path);
  const stop = () => input.destroy();
  signal.addEventListener("abort", stop, { once: true });
  let number = 0;
  let rest: Buffer[] = [];
  let restBytes = 0;
  const take = (last: Buffer): string | undefined => {
    const line =
      restBytes + last.length > maxLineBytes ? undefined : Buffer.concat([...rest, last]).toString();
    rest = [];
    restBytes = 0;
    return line;
  };
  try {
    for await (const chunk of unzipped(input)) {
      let start = 0;
      for (let end = chunk.indexOf(newline); end >= 0; end = chunk.indexOf(newline, start)) {
        const line = chunk.subarray(start, end);
        start = end + 1;
        yield [++number, rest.length > 0 || line.length > maxLineBytes ? take(line) : line.toString()];
      }
      if (start === chunk.length) continue;
      restBytes += chunk.length - start;
      if (restBytes > maxLineBytes) rest = [Buffer.alloc(0)];
      else rest.push(chunk.subarray(start));
    }
  } catch (error) {
    if (!signal.aborted) throw new ReadError(error as Error, number);
  } finally {
    signal.removeEventListener("abort", stop);
    input.destroy();
  }
  if (rest.length > 0 && !signal.aborted) yield [++number, take(Buffer.alloc(0))];
}

async function* unzipped(input: Readable): AsyncGenerator<Buffer> {
  const chunks = input[Symbol.asyncIterator]() as AsyncIterator<Buffer>;
  // The first two bytes can arrive separately from a pipe.
  let head = Buffer.alloc(0);
  while (head.length < 2) {
    const { value, done } = await chunks.next();
    if (done) break;
    head = Buffer.concat([head, value]);
  }
  const whole = async function* () {
    if (head.length > 0) yield head;
    for (let next = await chunks.next(); !next.done; next = await chunks.next()) yield next.value;
  };
  if (head[0] !== 0x1f || head[1] !== 0x8b) return yield* whole();
  const gunzip = createGunzip();
  // An error is ignored here, because it is thrown by the reading below.
  pipeline(whole(), gunzip).catch(() => undefined);
  yield* gunzip as AsyncIterable<Buffer>;
}
