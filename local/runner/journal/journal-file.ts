import { createReadStream, existsSync } from "node:fs";
import { Chunk, chunkEntries } from "./chunk";
import type { JournalEntry } from "./entries";

/** Number of bytes that are read at a time and make up a chunk. */
const wanted = 256 * 1024;

/**
 * The chunks of a file that an earlier run has written.
 *
 * @param onEntry Called for each entry.
 */
export async function indexOf(path: string, onEntry: (entry: JournalEntry) => void): Promise<Chunk[]> {
  if (!existsSync(path)) return [];
  const chunks: Chunk[] = [];
  let offset = 0;
  let rest = Buffer.alloc(0);
  const take = (bytes: Buffer) => {
    const chunk = new Chunk(offset);
    for (const entry of chunkEntries(bytes.toString("utf8"))) {
      chunk.note(entry);
      onEntry(entry);
    }
    chunk.moveTo(path, bytes.length);
    chunk.forget();
    chunks.push(chunk);
    offset += bytes.length;
  };
  for await (const read of createReadStream(path, { highWaterMark: wanted })) {
    const bytes = Buffer.concat([rest, read as Buffer]);
    const end = bytes.lastIndexOf(0x0a) + 1;
    if (end > 0) take(bytes.subarray(0, end));
    rest = bytes.subarray(end);
  }
  return chunks;
}
