import { createReadStream } from "node:fs";
import { rm } from "node:fs/promises";
import { pipeline } from "node:stream/promises";
import { createGzip } from "node:zlib";
import { GrowingFile } from "../files/write";
import type { FinishedObject, ObjectBuffer, Persist } from "./buffer";
import { Contents, type Delivered } from "./spool";

export interface RawBufferOptions {
  /** Path of the buffer's files, without extension. */
  readonly path: string;
  readonly persist: Persist;
  readonly gzip: boolean;
  /** Adds a newline to each record. */
  readonly appendDelimiter: boolean;
}

const newline = Buffer.from("\n");

/** Concatenates records as they were sent: https://docs.aws.amazon.com/firehose/latest/dev/basic-deliver.html */
export class RawBuffer implements ObjectBuffer {
  readonly contents = new Contents();
  private readonly spool: GrowingFile;

  constructor(private readonly options: RawBufferOptions) {
    this.spool = new GrowingFile(`${options.path}.records`);
  }

  async add(shardId: string, records: readonly Delivered[]): Promise<void> {
    const chunks: Buffer[] = [];
    for (const { userRecords } of records) {
      for (const { data } of userRecords) {
        chunks.push(data);
        if (this.options.appendDelimiter) chunks.push(newline);
      }
    }
    const chunk = Buffer.concat(chunks);
    await this.options.persist(() => this.spool.append(chunk));
    for (const delivered of records) this.contents.add(shardId, delivered);
  }

  async finish(): Promise<readonly FinishedObject[]> {
    await this.spool.finish();
    const { records } = this.contents;
    if (!this.options.gzip) return [{ file: this.spool.path, kind: "raw", records }];
    const compressed = new GrowingFile(`${this.options.path}.gz`);
    try {
      const source = createReadStream(this.spool.path);
      await pipeline(source, createGzip(), async (chunks: AsyncIterable<Buffer>) => {
        for await (const chunk of chunks) await compressed.append(chunk);
      });
      await compressed.finish();
    } catch (error) {
      await rm(compressed.path, { force: true });
      throw error;
    } finally {
      await compressed.close();
    }
    return [{ file: compressed.path, kind: "raw", records }];
  }

  close(): Promise<void> {
    return this.spool.close();
  }

  async discard(): Promise<void> {
    await this.close();
    await rm(this.spool.path, { force: true });
  }
}
