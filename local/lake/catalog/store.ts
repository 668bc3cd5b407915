import { randomUUID } from "node:crypto";
import { readdirSync } from "node:fs";
import { link, mkdir, open, readFile, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { QueryError } from "../errors";
import { isState } from "./is-state";
import { type CatalogState, emptyState } from "./state";

const versionName = /^catalog\.(\d+)\.json$/;
const draftName = /^\.draft-/;

/** For this many milliseconds a version that is no longer the newest keeps its number taken, and a draft may become one. */
const life = 60_000;

interface Version {
  readonly number: number;
  readonly state: CatalogState;
}

/**
 * The run's own catalog in a folder, one file a version. A change is written whole to a draft, and becomes the next version by
 * a hard link, which fails where another process has made that version first: then the change is made again on top of it.
 * An older version stays for a minute, so that its number can't be taken again by a process that was slow.
 * So readers see a change as a whole or not at all, none is lost, and a process that is killed leaves a draft at most.
 */
export class CatalogStore {
  private known: Version = { number: 0, state: emptyState };

  constructor(private readonly folder: string) {}

  /** What the newest version says; empty where nothing has been made yet. */
  async read(): Promise<CatalogState> {
    return (await this.newest()).state;
  }

  /**
   * Makes a change. `change` is asked again where another process was first, so it has no effects of its own.
   *
   * @returns What `change` gave beside the new state.
   */
  async change<Result>(
    change: (state: CatalogState) => { readonly state: CatalogState; readonly result: Result },
  ): Promise<Result> {
    for (;;) {
      const since = Date.now();
      const { number, state: before } = await this.newest();
      const { state, result } = change(before);
      if (state === before) return result;
      if (await this.write(number + 1, state, since)) return result;
    }
  }

  private async newest(): Promise<Version> {
    for (;;) {
      const number = Math.max(0, ...this.versions());
      if (number === this.known.number) return this.known;
      if (number === 0) return { number, state: emptyState };
      const text = await readFile(this.path(number), "utf8").catch(ignoreAbsent);
      // It was removed meanwhile, since there is a newer one.
      if (text === undefined) continue;
      this.known = { number, state: parse(text, this.path(number)) };
      return this.known;
    }
  }

  private path(number: number): string {
    return join(this.folder, `catalog.${number}.json`);
  }

  /** Each statement asks, and a turn of Node's thread pool would cost it more than these few names. */
  private names(): readonly string[] {
    try {
      return readdirSync(this.folder);
    } catch (error) {
      return ignoreAbsent(error) ?? [];
    }
  }

  private versions(): number[] {
    return this.names().flatMap((name) => {
      const [, number] = versionName.exec(name) ?? [];
      return number === undefined ? [] : [Number(number)];
    });
  }

  /**
   * @param since When the version before was read.
   * @returns false where another process has made this version, or may have.
   */
  private async write(number: number, state: CatalogState, since: number): Promise<boolean> {
    await mkdir(this.folder, { recursive: true });
    const draft = join(this.folder, `.draft-${randomUUID()}`);
    try {
      const file = await open(draft, "wx");
      try {
        await file.writeFile(`${JSON.stringify(state, undefined, 1)}\n`);
        await file.sync();
      } finally {
        await file.close();
      }
      if (Date.now() - since > life / 2) return false;
      await link(draft, this.path(number));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
      throw error;
    } finally {
      await rm(draft, { force: true });
    }
    await syncFolder(this.folder);
    this.known = { number, state };
    await this.clear(number);
    return true;
  }

  /** Removes what neither readers nor writers need any more. */
  private async clear(number: number): Promise<void> {
    for (const name of this.names()) {
      const [, version] = versionName.exec(name) ?? [];
      const isDone = draftName.test(name) || (version !== undefined && Number(version) < number);
      if (isDone && (await this.isOld(name))) await rm(join(this.folder, name), { force: true });
    }
  }

  private async isOld(name: string): Promise<boolean> {
    const status = await stat(join(this.folder, name)).catch(ignoreAbsent);
    return status !== undefined && Date.now() - status.mtimeMs > life;
  }
}

function ignoreAbsent(error: unknown): undefined {
  if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
}

function parse(text: string, path: string): CatalogState {
  try {
    const state: unknown = JSON.parse(text);
    if (isState(state)) return { ...emptyState, ...state };
  } catch {
    // Told below.
  }
  throw new QueryError(`the catalog in ${path} is damaged; restore the file, or remove it to start over`);
}

/** Makes a new name in a folder last through a power cut, where the system can. */
async function syncFolder(folder: string): Promise<void> {
  if (process.platform === "win32") return;
  const handle = await open(folder, "r");
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
