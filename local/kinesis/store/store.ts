import { randomBytes } from "node:crypto";
import { mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync } from "node:fs";
import { rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Clock } from "../clock";
import type { StreamState } from "../streams/state";
import { type Disk, OpenFiles, readJson, realDisk, saveJson } from "./disk";
import { LockHeld, takeLock } from "./lock";
import { type LogContext, ShardLog } from "./shard-log";

export interface StoreOptions {
  /** Folder in which the store keeps its files. @default - a temporary folder, which is deleted on close */
  readonly path?: string;
  readonly clock: Clock;
  readonly durable: boolean;
  readonly segmentBytes: number;
  readonly onTrouble: (message: string) => void;
  readonly disk?: Disk;
}

/** State of the account, apart from its streams. */
export interface AccountState {
  readonly commitment?: {
    readonly status: "ENABLED" | "DISABLED";
    readonly startedAt?: number;
    readonly endedAt?: number;
  };
}

interface StoreFile {
  /** Version of the folder's format. */
  readonly version: 1;
  /** Key that signs shard iterators and pagination tokens, in hexadecimal. */
  readonly iteratorKey: string;
  readonly account: AccountState;
}

const deletedEnding = ".deleted";

/**
 * The folder that holds all data: `store.json`, and for each stream a folder named after its id, with `stream.json` and
 * a folder of segments for each shard. Stream names are never used as file names.
 */
export class Store {
  readonly iteratorKey: Buffer;
  private readonly context: LogContext;

  private constructor(
    private readonly folder: string,
    private readonly temporary: boolean,
    private readonly unlock: () => void,
    private file: StoreFile,
    options: StoreOptions,
  ) {
    const { clock, durable, segmentBytes, onTrouble, disk = realDisk } = options;
    this.iteratorKey = Buffer.from(file.iteratorKey, "hex");
    this.context = { clock, durable, segmentBytes, onTrouble, disk, files: new OpenFiles(disk) };
  }

  /** @throws Error when the folder is in use, has another format, or is damaged. */
  static open(options: StoreOptions): Store {
    const temporary = options.path === undefined;
    const folder = options.path ?? mkdtempSync(join(tmpdir(), "kinesis-"));
    mkdirSync(join(folder, "streams"), { recursive: true });
    const { disk = realDisk } = options;
    const unlock = lock(folder);
    try {
      const path = join(folder, "store.json");
      let file = readJson<StoreFile>(disk, path);
      if (file && file.version !== 1)
        throw new Error(`${path} is of version ${file.version}, and this program knows version 1`);
      if (!file) {
        file = { version: 1, iteratorKey: randomBytes(32).toString("hex"), account: {} };
        saveJson(disk, path, file, options.durable);
      }
      return new Store(folder, temporary, unlock, file, options);
    } catch (error) {
      unlock();
      throw error;
    }
  }

  get account(): AccountState {
    return this.file.account;
  }

  saveAccount(account: AccountState): void {
    const file = { ...this.file, account };
    saveJson(this.context.disk, join(this.folder, "store.json"), file, this.context.durable);
    this.file = file;
  }

  /**
   * The streams as they were last saved.
   *
   * @throws Error when a stream's file is damaged, or missing although there are records of the stream.
   */
  streams(): readonly StreamState[] {
    const streams: StreamState[] = [];
    for (const id of readdirSync(join(this.folder, "streams"))) {
      const folder = join(this.folder, "streams", id);
      const path = join(folder, "stream.json");
      const state = id.endsWith(deletedEnding) ? undefined : readJson<StreamState>(this.context.disk, path);
      if (state) streams.push(state);
      else if (!id.endsWith(deletedEnding) && holdsShards(folder))
        throw new Error(`${path} is gone, and there are records of its stream`);
      // The process ended while it deleted this stream, or before it acknowledged the stream's creation.
      else rmSync(folder, { recursive: true, force: true });
    }
    return streams;
  }

  saveStream(state: StreamState): void {
    const folder = join(this.folder, "streams", state.id);
    mkdirSync(folder, { recursive: true });
    saveJson(this.context.disk, join(folder, "stream.json"), state, this.context.durable);
  }

  /** Deletes a stream. It is gone as soon as the call returns, and the promise resolves when its files are deleted. */
  async removeStream(id: string): Promise<void> {
    const folder = join(this.folder, "streams", id);
    renameSync(folder, folder + deletedEnding);
    await rm(folder + deletedEnding, { recursive: true, force: true });
  }

  /** @param isNew Whether the shard is being created. */
  openLog(streamId: string, shardIndex: number, isNew: boolean): ShardLog {
    const folder = join(this.folder, "streams", streamId, String(shardIndex));
    return ShardLog.open(folder, `${streamId}/${shardIndex}`, this.context, isNew);
  }

  close(): void {
    this.unlock();
    if (this.temporary) rmSync(this.folder, { recursive: true, force: true });
  }
}

/** @throws Error when another process, or another store in this process, uses the folder. */
function lock(folder: string): () => void {
  try {
    return takeLock(join(folder, "lock"));
  } catch (error) {
    if (!(error instanceof LockHeld)) throw error;
    const owner = error.pid === undefined ? "a process that starts there" : `process ${error.pid}`;
    throw new Error(`${folder} is in use by ${owner}: stop it, or choose another folder`);
  }
}

/** Whether a stream's folder has shards. A stream's state is saved before its first shard is created. */
const holdsShards = (folder: string): boolean => readdirSync(folder).some((name) => /^\d+$/.test(name));
