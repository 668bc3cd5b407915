import { createReadStream, createWriteStream } from "node:fs";
import { rm } from "node:fs/promises";
import { pipeline } from "node:stream/promises";
import { createGzip } from "node:zlib";
import type { FinishedObject, ObjectBuffer } from "./buffer";
import { Contents, type Delivered, SpoolFile } from "./spool";

export interface RawBufferOptions {
  /** Path of its files, without extension. */
  readonly path: string;
  readonly gzip: boolean;
  /** Adds a newline to each record. */
  readonly appendDelimiter: boolean;
}

const newline = Buffer.from("\n");

/** Records one after the other, as they were sent: https://docs.aws.amazon.com/firehose/latest/dev/basic-deliver.html */
export class RawBuffer implements ObjectBuffer {
  readonly contents = new Contents();
  private readonly spool: SpoolFile;

  constructor(private readonly options: RawBufferOptions) {
    this.spool = new SpoolFile(`${options.path}.records`);
  }

  async add(shardId: string, records: readonly Delivered[]): Promise<void> {
    const chunks: Buffer[] = [];
    for (const delivered of records) {
      this.contents.add(shardId, delivered);
      for (const { data } of delivered.userRecords) {
        chunks.push(data);
        if (this.options.appendDelimiter) chunks.push(newline);
      }
    }
    await this.spool.append(Buffer.concat(chunks));
  }

  async finish(): Promise<readonly FinishedObject[]> {
    await this.spool.close();
    const { records } = this.contents;
    if (!this.options.gzip) return [{ file: this.spool.path, kind: "raw", records }];
    const file = `${this.options.path}.gz`;
    await pipeline(createReadStream(this.spool.path), createGzip(), createWriteStream(file));
    return [{ file, kind: "raw", records }];
  }

  async discard(): Promise<void> {
    await this.spool.close();
    await rm(this.spool.path, { force: true });
  }
}
