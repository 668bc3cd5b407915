import { createReadStream } from "node:fs";
import type { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { createGunzip } from "node:zlib";

const newline = 0x0a;

/** The lines of a file or of standard input (`-`), with their numbers from 1; gzip is known by its first bytes. */
export async function* readLines(
  path: string,
  signal: AbortSignal,
): AsyncGenerator<readonly [number, string]> {
  const input: Readable = path === "-" ? process.stdin : createReadStream(path);
  const stop = () => input.destroy();
  signal.addEventListener("abort", stop, { once: true });
  let number = 0;
  let rest: Buffer[] = [];
  try {
    for await (const chunk of unzipped(input)) {
      let start = 0;
      for (let end = chunk.indexOf(newline); end >= 0; end = chunk.indexOf(newline, start)) {
        const line = chunk.subarray(start, end);
        start = end + 1;
        yield [++number, (rest.length > 0 ? Buffer.concat([...rest, line]) : line).toString()];
        rest = [];
      }
      if (start < chunk.length) rest.push(chunk.subarray(start));
    }
  } catch (error) {
    if (!signal.aborted) throw error;
  } finally {
    signal.removeEventListener("abort", stop);
    input.destroy();
  }
  if (rest.length > 0 && !signal.aborted) yield [++number, Buffer.concat(rest).toString()];
}

async function* unzipped(input: Readable): AsyncGenerator<Buffer> {
  const chunks = input[Symbol.asyncIterator]() as AsyncIterator<Buffer>;
  // The first two bytes may come one by one from a pipe.
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
  // Its error comes out of what is read below.
  pipeline(whole(), gunzip).catch(() => undefined);
  yield* gunzip as AsyncIterable<Buffer>;
}
