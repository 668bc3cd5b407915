import { closeSync, existsSync, fsyncSync, openSync, renameSync, writeSync } from "node:fs";
import { dirname } from "node:path";
import { makeFolder } from "@streaming-data-lake/runner/files/folders";
import { readJsonLines } from "../json-lines";

/** An object's metadata. */
export interface ObjectDetails {
  readonly etag: string;
  /** Headers that are returned with the object, such as `content-type`, `cache-control` and user-defined metadata. */
  readonly headers: Readonly<Record<string, string>>;
  /** Checksums in base64, by algorithm. */
  readonly checksums?: Readonly<Record<string, string>>;
  readonly checksumType?: "FULL_OBJECT" | "COMPOSITE";
  readonly tags?: Readonly<Record<string, string>>;
  /** Number of parts, if the object is a multipart upload. */
  readonly parts?: number;
}

interface Entry {
  /** Size of the file that the entry describes. With another size or modification time, the entry is not valid. */
  readonly size: number;
  readonly modified: number;
  readonly details: ObjectDetails;
}

type Line =
  | ({ readonly bucket: string; readonly key: string } & Entry)
  | { readonly bucket: string; readonly key: string; readonly deleted: true };

/**
 * The metadata of objects that clients have put, in one file to which lines are appended. The objects themselves are
 * files, which other programs can write too. An entry is therefore ignored when the file has changed since.
 */
export class StoreJournal {
  private readonly entries = new Map<string, Entry>();
  private file: number | undefined;

  constructor(private readonly path: string) {
    if (!existsSync(path)) return;
    for (const line of readJsonLines<Line>(path)) {
      const at = nameOf(line.bucket, line.key);
      if ("deleted" in line) this.entries.delete(at);
      else this.entries.set(at, { size: line.size, modified: line.modified, details: line.details });
    }
    this.rewrite();
  }

  get(
    bucket: string,
    key: string,
    file: { readonly size: number; readonly mtimeMs: number },
  ): ObjectDetails | undefined {
    const entry = this.entries.get(nameOf(bucket, key));
    return entry && entry.size === file.size && entry.modified === file.mtimeMs ? entry.details : undefined;
  }

  set(
    bucket: string,
    key: string,
    { size, mtimeMs }: { readonly size: number; readonly mtimeMs: number },
    details: ObjectDetails,
  ): void {
    const entry = { size, modified: mtimeMs, details };
    this.entries.set(nameOf(bucket, key), entry);
    this.append({ bucket, key, ...entry });
  }

  delete(bucket: string, key: string): void {
    if (this.entries.delete(nameOf(bucket, key))) this.append({ bucket, key, deleted: true });
  }

  close(): void {
    if (this.file !== undefined) closeSync(this.file);
    this.file = undefined;
  }

  private append(line: Line): void {
    if (this.file === undefined) {
      makeFolder(dirname(this.path));
      this.file = openSync(this.path, "a");
    }
    writeSync(this.file, `${JSON.stringify(line)}\n`);
  }

  /**
   * Rewrites the file without obsolete lines, and without a last line that is incomplete because the process was
   * killed.
   */
  private rewrite(): void {
    const lines = [...this.entries].map(([at, entry]) => {
      const [bucket = "", key = ""] = splitName(at);
      return `${JSON.stringify({ bucket, key, ...entry })}\n`;
    });
    const temporary = `${this.path}.tmp`;
    const file = openSync(temporary, "w");
    try {
      writeSync(file, lines.join(""));
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
    renameSync(temporary, this.path);
  }
}

const nameOf = (bucket: string, key: string): string => `${bucket}/${key}`;
const splitName = (name: string): readonly [string, string] => [
  name.slice(0, name.indexOf("/")),
  name.slice(name.indexOf("/") + 1),
];
