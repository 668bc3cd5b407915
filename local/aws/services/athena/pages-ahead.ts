import { statSync } from "node:fs";
import { type JsonPage, type JsonPageOptions, jsonPage } from "./json-rows";

interface Ahead {
  readonly path: string;
  readonly from: number;
  readonly most: number;
  /** Of the file that it was read of. */
  readonly version: string;
  readonly page: JsonPage;
}

/**
 * Pages of results, each of which is read while the one before it is on its way to the client: whoever reads a result asks
 * for one after the other. The latest is kept, for one reader.
 */
export class PagesAhead {
  private ahead: Ahead | undefined;

  /** @throws AwsError InvalidRequestException when no row begins at the place. */
  read(path: string, options: JsonPageOptions): Buffer {
    const { from, most } = options;
    const version = versionOf(path);
    const { ahead } = this;
    const isReady =
      ahead?.path === path && ahead.from === from && ahead.most === most && ahead.version === version;
    const page = isReady ? ahead.page : jsonPage(path, options);
    const { next } = page;
    if (next !== undefined) setImmediate(() => this.readAhead(path, version, { ...options, from: next }));
    return page.bytes;
  }

  private readAhead(path: string, version: string, options: JsonPageOptions): void {
    const { from, most } = options;
    try {
      this.ahead = { path, from, most, version, page: jsonPage(path, options) };
    } catch {
      // Whoever asks for that page is told.
      this.ahead = undefined;
    }
  }
}

function versionOf(path: string): string {
  const { ino, size, mtimeMs } = statSync(path);
  return `${ino} ${size} ${mtimeMs}`;
}
