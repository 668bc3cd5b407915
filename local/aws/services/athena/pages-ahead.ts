import { statSync } from "node:fs";
import type { Lent } from "../../server/lent";
import { type JsonPage, type JsonPageOptions, jsonPage } from "./json-rows";

interface Ahead {
  readonly key: string;
  readonly page: JsonPage;
}

/** Largest number of buffers that are kept for reuse: one for the page being sent, and one for the next page. */
const mostSpares = 2;

/** Buffers above this size, which pages with long rows need, are not kept for reuse. Bytes. */
const mostSpareBytes = 1024 * 1024;

/**
 * Reads pages of results ahead: clients usually request one page after the other, so the next page is read while the
 * previous one is being sent. Only one page is kept, for the client that made the last request. The buffers are reused,
 * since allocating a new one for each page would take as long as reading the page.
 */
export class PagesAhead {
  private ahead: Ahead | undefined;
  private readonly spares: Buffer[] = [];

  /** Reads a page. @throws AwsError InvalidRequestException when no row begins at its offset. */
  read(path: string, options: JsonPageOptions): Lent {
    const version = versionOf(path);
    const page = this.takeAhead(keyOf(version, options)) ?? jsonPage(path, options, this.spares.pop());
    const { bytes, buffer, next } = page;
    if (next !== undefined) setImmediate(() => this.readAhead(path, version, { ...options, from: next }));
    return { bytes, giveBack: () => this.keep(buffer) };
  }

  private takeAhead(key: string): JsonPage | undefined {
    const { ahead } = this;
    if (ahead?.key !== key) return undefined;
    this.ahead = undefined;
    return ahead.page;
  }

  private readAhead(path: string, version: string, options: JsonPageOptions): void {
    if (this.ahead) this.keep(this.ahead.page.buffer);
    this.ahead = undefined;
    try {
      this.ahead = { key: keyOf(version, options), page: jsonPage(path, options, this.spares.pop()) };
    } catch {
      // The error will occur again when a client requests that page, and is reported then.
    }
  }

  private keep(buffer: Buffer): void {
    if (this.spares.length < mostSpares && buffer.length <= mostSpareBytes) this.spares.push(buffer);
  }
}

/** Identifies the current version of a file. */
function versionOf(path: string): string {
  const { ino, size, mtimeMs } = statSync(path);
  return `${path} ${ino} ${size} ${mtimeMs}`;
}

const keyOf = (version: string, { from, most }: JsonPageOptions): string => `${version} ${from} ${most}`;
