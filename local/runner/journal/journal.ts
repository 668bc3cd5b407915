import { closeSync, existsSync, mkdirSync, openSync, renameSync, rmSync, writeSync } from "node:fs";
import { inside } from "@streaming-data-lake/lake/paths";
import { isInSequence } from "../stream/sequence";
import { Chunk } from "./chunk";
import { consumerOf, type JournalEntry, type ScheduleEntry, spansOf } from "./entries";
import { indexOf } from "./journal-file";

/** A file of entries, and its chunks. */
interface Generation {
  readonly path: string;
  readonly chunks: Chunk[];
}

export interface JournalOptions {
  /** Folder of the journal's two files. */
  readonly folder: string;
  /**
   * Number of records of each consumer whose entries are guaranteed to be kept. Up to twice as many are kept. @default
   * 100,000
   */
  readonly records?: number;
  readonly onTrouble: (message: string) => void;
}

/** Largest size of a file. It matters when a batch fails again and again, because each attempt has an entry. */
const mostBytes = 64 * 1024 * 1024;
const mostRuns = 1_000;
const mostRecent = 8;

/**
 * Records what became of the most recent records, by batch rather than by record: which invocations processed them and
 * which objects contain them. Two files are used in turn, so that the size is bounded. Only the range that each chunk
 * covers is kept in memory, which is enough to find the entries of a record.
 *
 * A chunk is written when it is full, so the entries of the last moments before a kill are lost.
 */
export class Journal {
  private readonly current: Generation;
  private readonly earlier: Generation;
  /** Reads the entries that an earlier run has written. */
  private indexing: Promise<void> | undefined;
  private open = new Chunk(0);
  /** Chunks that are still in memory, because the most recent records are asked for most often. */
  private readonly recent: Chunk[] = [];
  private file: number | undefined;
  private bytes = 0;
  private readonly ran: ScheduleEntry[] = [];
  private readonly counts = new Map<string, number>();
  private isBroken = false;

  constructor(private readonly options: JournalOptions) {
    const { folder } = options;
    mkdirSync(folder, { recursive: true });
    this.current = { path: inside(folder, "current.ndjson"), chunks: [] };
    this.earlier = { path: inside(folder, "earlier.ndjson"), chunks: [] };
    this.turn();
  }

  add(entry: JournalEntry): void {
    if (entry.kind === "schedule") this.ran.push(entry);
    if (this.ran.length > mostRuns) this.ran.shift();
    if (this.isBroken) return;
    this.open.add(entry);
    if ("records" in entry) {
      const consumer = consumerOf(entry);
      this.counts.set(consumer, (this.counts.get(consumer) ?? 0) + entry.records);
    }
    if (this.open.isFull) this.write();
  }

  /** The entries that refer to a record, oldest first. */
  async find(stream: string, shard: string, sequenceNumber: string): Promise<readonly JournalEntry[]> {
    const chunks = (await this.all()).filter((chunk) => chunk.mayTellOf(stream, shard, sequenceNumber));
    const entries = await Promise.all(chunks.map((chunk) => chunk.read()));
    return entries.flat().filter((entry) => tellsOf(entry, stream, shard, sequenceNumber));
  }

  /** The scheduled queries that have ended, oldest first. */
  async runs(): Promise<readonly ScheduleEntry[]> {
    await this.all();
    return this.ran;
  }

  /** Yields entries, newest first. */
  async *latest(): AsyncGenerator<JournalEntry> {
    for (const chunk of (await this.all()).reverse()) yield* (await chunk.read()).toReversed();
  }

  close(): void {
    if (!this.isBroken) this.write();
    if (this.file !== undefined) closeSync(this.file);
    this.file = undefined;
    this.isBroken = true;
  }

  private async all(): Promise<Chunk[]> {
    this.indexing ??= this.index();
    await this.indexing;
    return [...this.earlier.chunks, ...this.current.chunks, this.open];
  }

  private async index(): Promise<void> {
    const { chunks, path } = this.earlier;
    if (chunks.length > 0) return;
    const ran: ScheduleEntry[] = [];
    const found = await indexOf(path, (entry) => {
      if (entry.kind === "schedule") ran.push(entry);
    });
    this.ran.unshift(...ran.slice(-mostRuns));
    // In the meantime, this run's own chunks may have taken the place of the earlier ones.
    if (chunks.length === 0) chunks.push(...found);
  }

  private write(): void {
    if (this.open.isEmpty) return;
    try {
      this.file ??= openSync(this.current.path, "a");
      const text = Buffer.from(this.open.text);
      for (let at = 0; at < text.length; ) at += writeSync(this.file, text, at);
      this.open.moveTo(this.current.path, text.length);
      this.current.chunks.push(this.open);
      this.recent.push(this.open);
      if (this.recent.length > mostRecent) this.recent.shift()?.forget();
      this.bytes += text.length;
      const { records = 100_000 } = this.options;
      if (this.bytes >= mostBytes || Math.max(0, ...this.counts.values()) >= records) this.turn();
      this.open = new Chunk(this.bytes);
    } catch (error) {
      // The journal is not essential: the records themselves are safe without it.
      this.isBroken = true;
      this.options.onTrouble(`journeys of records are not kept any more: ${(error as Error).message}`);
    }
  }

  /** Makes the current file the earlier one. */
  private turn(): void {
    if (this.file !== undefined) closeSync(this.file);
    this.file = undefined;
    if (existsSync(this.current.path)) {
      rmSync(this.earlier.path, { force: true });
      renameSync(this.current.path, this.earlier.path);
      this.earlier.chunks.splice(0);
      for (const chunk of this.current.chunks.splice(0)) {
        chunk.moveTo(this.earlier.path);
        this.earlier.chunks.push(chunk);
      }
    }
    this.bytes = 0;
    this.counts.clear();
  }
}

function tellsOf(entry: JournalEntry, stream: string, shard: string, sequenceNumber: string): boolean {
  return spansOf(entry).some(
    (span) => span.stream === stream && span.shard === shard && isInSequence(sequenceNumber, span),
  );
}
