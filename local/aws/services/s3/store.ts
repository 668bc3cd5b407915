import { createHash, randomUUID } from "node:crypto";
import {
  closeSync,
  constants,
  existsSync,
  fstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  renameSync,
  rmdirSync,
  rmSync,
  type Stats,
  statSync,
  writeSync,
} from "node:fs";
import { open } from "node:fs/promises";
import { dirname, join } from "node:path";
import { inside, keyProblem, objectKeyOf, objectPath } from "@streaming-data-lake/lake/paths";
import { makeFolder } from "@streaming-data-lake/runner/files/folders";
import { isSystemError } from "@streaming-data-lake/runner/files/system-error";
import { AwsError } from "../../protocol/errors";
import { type Algorithm, type Digest, digestOf } from "./checksums";
import { type ObjectDetails, StoreJournal } from "./journal";
import { type FoundKey, walk } from "./walk";

/** An object in its current state. */
export interface StoredObject {
  readonly path: string;
  readonly size: number;
  readonly modified: Date;
  readonly details: ObjectDetails;
}

/** Bytes that have been written to disk, but are not yet an object. */
export interface Upload extends WrittenFile {
  readonly path: string;
  readonly md5: Buffer;
  readonly checksums: ReadonlyMap<Algorithm, string>;
  readonly sha256: string | undefined;
}

interface WrittenFile {
  readonly size: number;
  /** Modification time of the file, as the file system reports it. Milliseconds since 1970. */
  readonly mtimeMs: number;
}

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html */
const bucketName = /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/;

const noSuchBucket = (bucket: string): AwsError =>
  new AwsError("NoSuchBucket", "The specified bucket does not exist", 404, { BucketName: bucket });

const noSuchKey = (key: string): AwsError =>
  new AwsError("NoSuchKey", "The specified key does not exist.", 404, { Key: key });

/** The objects of the runner's buckets. They are the same files that Firehose writes and Athena reads. */
export class ObjectStore {
  private readonly journal: StoreJournal;
  private readonly uploads: string;

  /** @param folder The folder for objects' metadata and for unfinished uploads. */
  constructor(
    private readonly lakeFolder: string,
    folder: string,
  ) {
    this.uploads = inside(folder, "uploads");
    mkdirSync(this.uploads, { recursive: true });
    // These files are left over from writes that were interrupted when an earlier run was killed.
    for (const name of readdirSync(this.uploads)) if (name.endsWith(".put")) rmSync(join(this.uploads, name));
    this.journal = new StoreJournal(inside(folder, "objects.ndjson"));
  }

  close(): void {
    this.journal.close();
  }

  buckets(): readonly { readonly name: string; readonly created: Date }[] {
    return readdirSync(this.lakeFolder, { withFileTypes: true })
      .filter((entry) => entry.isDirectory() && bucketName.test(entry.name))
      .map(({ name }) => ({ name, created: statSync(join(this.lakeFolder, name)).birthtime }))
      .sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  hasBucket(bucket: string): boolean {
    return bucketName.test(bucket) && existsSync(inside(this.lakeFolder, bucket));
  }

  /** @throws AwsError NoSuchBucket */
  checkBucket(bucket: string): void {
    if (!this.hasBucket(bucket)) throw noSuchBucket(bucket);
  }

  createBucket(bucket: string): void {
    if (!bucketName.test(bucket))
      throw new AwsError("InvalidBucketName", "The specified bucket is not valid.", 400, {
        BucketName: bucket,
      });
    if (this.hasBucket(bucket))
      throw new AwsError(
        "BucketAlreadyOwnedByYou",
        "Your previous request to create the named bucket succeeded and you already own it.",
        409,
        { BucketName: bucket },
      );
    mkdirSync(inside(this.lakeFolder, bucket));
  }

  deleteBucket(bucket: string): void {
    this.checkBucket(bucket);
    const { done } = this.list(bucket).next();
    if (!done)
      throw new AwsError("BucketNotEmpty", "The bucket you tried to delete is not empty", 409, {
        BucketName: bucket,
      });
    rmSync(inside(this.lakeFolder, bucket), { recursive: true });
  }

  /** The bucket's keys and common prefixes, in order. */
  list(bucket: string, { prefix = "", after = "", delimiter = "" } = {}): Generator<FoundKey, void> {
    const folder = inside(this.lakeFolder, bucket);
    return walk({
      folder,
      prefix,
      after,
      delimiter,
      partOf: (name) =>
        name.startsWith("%") ? objectKeyOf(this.lakeFolder, bucket, join(folder, name)) : name,
    });
  }

  /** @returns undefined when there is no such object. @throws AwsError NoSuchBucket */
  find(bucket: string, key: string): StoredObject | undefined {
    const path = this.pathOf(bucket, key);
    const found = path === undefined ? undefined : this.at(bucket, key, path);
    if (!found) this.checkBucket(bucket);
    return found;
  }

  /** The path of an object's file. @returns undefined when the bucket's name or the key is not valid. */
  private pathOf(bucket: string, key: string): string | undefined {
    if (!bucketName.test(bucket) || key === "") return undefined;
    if (keyProblem(key) !== undefined) return undefined;
    return objectPath(this.lakeFolder, bucket, key);
  }

  /** The object at a path that a listing has found. @returns undefined when it no longer exists. */
  at(bucket: string, key: string, path: string): StoredObject | undefined {
    const status = statusOf(path);
    return status?.isFile() ? this.described(bucket, key, path, status) : undefined;
  }

  /** @throws AwsError NoSuchKey */
  get(bucket: string, key: string): StoredObject {
    const found = this.find(bucket, key);
    if (!found) throw noSuchKey(key);
    return found;
  }

  /**
   * Opens an object. Its current bytes can be read even if it is overwritten meanwhile. The caller must close the file.
   */
  open(bucket: string, key: string): StoredObject & { readonly file: number } {
    const path = this.pathOf(bucket, key);
    let file: number | undefined;
    try {
      file = path === undefined ? undefined : openSync(path, readWithoutWaiting);
    } catch (error) {
      if (!isSystemError(error) || (error.code !== "ENOENT" && error.code !== "ENOTDIR")) throw error;
    }
    if (path === undefined || file === undefined) {
      this.checkBucket(bucket);
      throw noSuchKey(key);
    }
    try {
      const status = fstatSync(file);
      if (!status.isFile()) throw noSuchKey(key);
      return { ...this.described(bucket, key, path, status), file };
    } catch (error) {
      closeSync(file);
      throw error;
    }
  }

  private described(bucket: string, key: string, path: string, status: Stats): StoredObject {
    const { size, mtime } = status;
    const details = this.journal.get(bucket, key, status) ?? undescribed(status);
    return { path, size, modified: mtime, details };
  }

  /** Writes the bytes of a body to a temporary file. When this fails, the file is removed. */
  async write(
    body: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
    { checksums = [], sha256 = false }: { checksums?: readonly Algorithm[]; sha256?: boolean } = {},
  ): Promise<Upload> {
    const path = join(this.uploads, `${randomUUID()}.put`);
    const md5 = createHash("md5");
    const digests = new Map<Algorithm, Digest>(checksums.map((name) => [name, digestOf(name)]));
    const whole = sha256 ? createHash("sha256") : undefined;
    const take = (chunk: Uint8Array) => {
      md5.update(chunk);
      whole?.update(chunk);
      for (const digest of digests.values()) digest.update(chunk);
    };
    const written = await writeFile(path, body, take);
    return {
      path,
      ...written,
      md5: md5.digest(),
      checksums: new Map([...digests].map(([name, digest]) => [name, digest.result()])),
      sha256: whole?.digest("hex"),
    };
  }

  discard({ path }: Pick<Upload, "path">): void {
    rmSync(path, { force: true });
  }

  /**
   * Makes written bytes an object, and replaces an existing one.
   *
   * @param check Called with the existing object. It throws when the object must not be written, and no other change
   *   can happen between this check and the write.
   * @throws AwsError when the key cannot be stored as a file.
   */
  commit(
    bucket: string,
    key: string,
    { path: from, size, mtimeMs }: Pick<Upload, "path" | "size" | "mtimeMs">,
    details: ObjectDetails,
    check?: (before: StoredObject | undefined) => void,
  ): StoredObject {
    const problem = keyProblem(key);
    if (problem !== undefined)
      throw new AwsError("KeyTooLongError", `Your key ${problem}`, 400, { Key: key.slice(0, 100) });
    check?.(this.find(bucket, key));
    const path = objectPath(this.lakeFolder, bucket, key);
    try {
      this.place(bucket, from, path);
    } catch (error) {
      if (isSystemError(error) && ["EISDIR", "ENOTDIR", "EEXIST", "ENOTEMPTY"].includes(error.code ?? ""))
        throw new AwsError(
          "InvalidRequest",
          `On this machine no object can have the key ${key}: objects are files, and one of its folders is an object, or it is a folder of others`,
        );
      throw error;
    }
    this.journal.set(bucket, key, { size, mtimeMs }, details);
    return { path, size, modified: new Date(mtimeMs), details };
  }

  /** @throws AwsError NoSuchBucket */
  private place(bucket: string, from: string, path: string): void {
    try {
      renameSync(from, path);
    } catch (error) {
      if (!isSystemError(error) || error.code !== "ENOENT") throw error;
      this.checkBucket(bucket);
      makeFolder(dirname(path));
      renameSync(from, path);
    }
  }

  /** Replaces an object's details, but not its bytes. */
  describe(bucket: string, key: string, details: ObjectDetails): void {
    const { path } = this.get(bucket, key);
    this.journal.set(bucket, key, statSync(path), details);
  }

  delete(bucket: string, key: string): void {
    const found = this.find(bucket, key);
    if (!found) return;
    rmSync(found.path, { force: true });
    this.journal.delete(bucket, key);
    // S3 has no folders, so folders that have become empty are removed.
    const root = inside(this.lakeFolder, bucket);
    for (let folder = dirname(found.path); folder !== root; folder = dirname(folder)) {
      try {
        rmdirSync(folder);
      } catch {
        break;
      }
    }
  }

  /** The folder for the parts of a multipart upload. */
  uploadFolder(id: string): string {
    return inside(this.uploads, id);
  }

  get uploadsFolder(): string {
    return this.uploads;
  }
}

/** Flags for opening a file. Without O_NONBLOCK, opening a named pipe in the bucket's folder would block. */
const readWithoutWaiting = constants.O_RDONLY | (constants.O_NONBLOCK ?? 0);

function statusOf(path: string): Stats | undefined {
  try {
    return statSync(path, { throwIfNoEntry: false });
  } catch (error) {
    if (isSystemError(error) && error.code === "ENOTDIR") return undefined;
    throw error;
  }
}

/**
 * The details of an object that no client has put, such as one that Firehose wrote. As with a multipart upload, its
 * ETag is not the MD5 of its bytes.
 */
function undescribed({ ino, size, mtimeMs }: Stats): ObjectDetails {
  const etag = `${createHash("md5").update(`${ino}:${size}:${mtimeMs}`).digest("hex")}-1`;
  return { etag, headers: { "content-type": "binary/octet-stream" } };
}

/** Bodies up to four times this size are written at once. Bytes. */
const small = 256 * 1024;

async function writeFile(
  path: string,
  body: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  take: (chunk: Uint8Array) => void,
): Promise<WrittenFile> {
  const pending: Uint8Array[] = [];
  let bytes = 0;
  let written = 0;
  let file: Awaited<ReturnType<typeof open>> | undefined;
  try {
    for await (const chunk of body) {
      take(chunk);
      pending.push(chunk);
      bytes += chunk.length;
      if (bytes - written < small * 4) continue;
      file ??= await open(path, "w");
      await writeAll(file, pending.splice(0), bytes - written);
      written = bytes;
    }
    if (!file) return writeOnce(path, pending);
    if (pending.length > 0) await writeAll(file, pending, bytes - written);
    const { size, mtimeMs } = await file.stat();
    return { size, mtimeMs };
  } catch (error) {
    await file?.close();
    file = undefined;
    rmSync(path, { force: true });
    throw error;
  } finally {
    await file?.close();
  }
}

async function writeAll(
  file: Awaited<ReturnType<typeof open>>,
  chunks: readonly Uint8Array[],
  length: number,
): Promise<void> {
  const { bytesWritten } = await file.writev(chunks as Uint8Array[]);
  if (bytesWritten !== length)
    throw Object.assign(new Error("ENOSPC: no space left on device, write"), { code: "ENOSPC" });
}

function writeOnce(path: string, chunks: readonly Uint8Array[]): WrittenFile {
  const file = openSync(path, "w");
  try {
    for (const chunk of chunks) for (let at = 0; at < chunk.length; ) at += writeSync(file, chunk, at);
    const { size, mtimeMs } = fstatSync(file);
    return { size, mtimeMs };
  } finally {
    closeSync(file);
  }
}
