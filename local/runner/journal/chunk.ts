import { open } from "node:fs/promises";
import { compareSequenceNumbers, isWithin } from "../stream/sequence";
import { type JournalEntry, spansOf } from "./entries";

const most = { entries: 256, bytes: 256 * 1024 };

/** Entries that are written together; in the end on disk, but for the ends of what they tell of. */
export class Chunk {
  private entries: JournalEntry[] | undefined = [];
  private lines: string[] = [];
  private bytes = 0;
  private path = "";
  private length = 0;
  private readonly ends = new Map<string, { first: string; last: string }>();

  /** @param offset Where it begins in its file. */
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

  /** Takes note of an entry that is in its file. */
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

  /** It is in a file from now on. */
  moveTo(path: string, length = this.length): void {
    this.path = path;
    this.length = length;
    this.lines = [];
  }

  /** It is read from its file from now on. */
  forget(): void {
    this.entries = undefined;
  }

  mayTellOf(stream: string, shard: string, sequenceNumber: string): boolean {
    const ends = this.ends.get(`${stream}/${shard}`);
    return ends !== undefined && isWithin(sequenceNumber, ends);
  }

  /** @returns none when its file has been replaced meanwhile. */
  async read(): Promise<readonly JournalEntry[]> {
    if (this.entries) return this.entries;
    try {
      const file = await open(this.path, "r");
      try {
        const { buffer, bytesRead } = await file.read(Buffer.alloc(this.length), 0, this.length, this.offset);
        return entriesOf(buffer.toString("utf8", 0, bytesRead));
      } finally {
        await file.close();
      }
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === "ENOENT") return [];
      throw error;
    }
  }
}

/** What a kill has cut off is left out. */
export function entriesOf(text: string): JournalEntry[] {
  return text.split("\n").flatMap((line) => {
    try {
      return line === "" ? [] : [JSON.parse(line) as JournalEntry];
    } catch {
      return [];
    }
  });
}
