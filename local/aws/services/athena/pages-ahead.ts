import { statSync } from "node:fs";
import type { Lent } from "../../server/lent";
import { type JsonPage, type JsonPageOptions, jsonPage } from "./json-rows";

interface Ahead {
  readonly key: string;
  readonly page: JsonPage;
}

/** One page is on its way while the next one is written. */
const mostSpares = 2;

/** Those of pages with long rows are left to the garbage collector. */
const mostSpareBytes = 1024 * 1024;

/**
 * Pages of results, each of which is read while the one before it is on its way to the client: whoever reads a result asks
 * for one after the other. The latest is kept, for one reader. Their buffers are used again, since a fresh one for each
 * page would cost as much as the page.
 */
export class PagesAhead {
  private ahead: Ahead | undefined;
  private readonly spares: Buffer[] = [];

  /** @throws AwsError InvalidRequestException when no row begins at the place. */
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
      // Whoever asks for that page is told.
    }
  }

  private keep(buffer: Buffer): void {
    if (this.spares.length < mostSpares && buffer.length <= mostSpareBytes) this.spares.push(buffer);
  }
}

/** Of the file as it is now. */
function versionOf(path: string): string {
  const { ino, size, mtimeMs } = statSync(path);
  return `${path} ${ino} ${size} ${mtimeMs}`;
}

const keyOf = (version: string, { from, most }: JsonPageOptions): string => `${version} ${from} ${most}`;
