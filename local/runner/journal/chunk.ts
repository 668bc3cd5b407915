import { open } from "node:fs/promises";
import { compareSequenceNumbers, isInSequence } from "../stream/sequence";
import { type JournalEntry, spansOf } from "./entries";

const most = { entries: 256, bytes: 256 * 1024 };

/**
 * Entries that are written together. Once they are on disk, only the range of sequence numbers that they cover stays in
 * memory.
 */
export class Chunk {
  private entries: JournalEntry[] | undefined = [];
  private lines: string[] = [];
  private bytes = 0;
  private path = "";
  private length = 0;
  private readonly ends = new Map<string, { first: string; last: string }>();

  /** @param offset Offset of the chunk in its file. */
  constructor(private readonly offset: number) {}

  get isEmpty(): boolean {
    return this.lines.length === 0;
  }

  get isFull(): boolean {
    return this.lines.length >= most.entries || this.bytes >= most.bytes;
  }

  get text(): string {
    return this.lines.join("");
  }

  add(entry: JournalEntry): void {
    const line = `${JSON.stringify(entry)}\n`;
    this.entries?.push(entry);
    this.lines.push(line);
    this.bytes += line.length;
    this.note(entry);
  }

  /** Includes an entry in the ranges without keeping it, because it is already in the file. */
  note(entry: JournalEntry): void {
    for (const { stream, shard, first, last } of spansOf(entry)) {
      const key = `${stream}/${shard}`;
      const ends = this.ends.get(key);
      if (!ends) this.ends.set(key, { first, last });
      else {
        if (compareSequenceNumbers(first, ends.first) < 0) ends.first = first;
        if (compareSequenceNumbers(last, ends.last) > 0) ends.last = last;
      }
    }
  }

  /** Tells the chunk that it is now in a file. */
  moveTo(path: string, length = this.length): void {
    this.path = path;
    this.length = length;
    this.lines = [];
  }

  /** Drops the entries from memory. From now on, they are read from the file. */
  forget(): void {
    this.entries = undefined;
  }

  mayTellOf(stream: string, shard: string, sequenceNumber: string): boolean {
    const ends = this.ends.get(`${stream}/${shard}`);
    return ends !== undefined && isInSequence(sequenceNumber, ends);
  }

  /** @returns no entries when the file has been replaced in the meantime. */
  async read(): Promise<readonly JournalEntry[]> {
    if (this.entries) return this.entries;
    try {
      const file = await open(this.path, "r");
      try {
        const { buffer, bytesRead } = await file.read(Buffer.alloc(this.length), 0, this.length, this.offset);
        return chunkEntries(buffer.toString("utf8", 0, bytesRead));
      } finally {
        await file.close();
      }
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === "ENOENT") return [];
      throw error;
    }
  }
}

/** Parses entries. A line that was cut off by a kill is skipped. */
export function chunkEntries(text: string): JournalEntry[] {
  return text.split("\n").flatMap((line) => {
    try {
      return line === "" ? [] : [JSON.parse(line) as JournalEntry];
    } catch {
      return [];
    }
  });
}
