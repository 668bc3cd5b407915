import { randomUUID } from "node:crypto";
import { readdirSync } from "node:fs";
import { link, mkdir, open, readFile, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { QueryError } from "../errors";
import { isState } from "./is-state";
import { type CatalogState, emptyState } from "./state";

const versionName = /^catalog\.(\d+)\.json$/;
const draftName = /^\.draft-/;

/**
 * How long an outdated version keeps its number reserved, and how long a draft may still become a version.
 * Milliseconds.
 */
const life = 60_000;

interface Version {
  readonly number: number;
  readonly state: CatalogState;
}

/**
 * The run's own catalog: a folder with one file for each version.
 *
 * A change is written completely to a draft, which a hard link then turns into the next version. The link fails when
 * another process has created that version first, and then the change is repeated on top of that version. An outdated
 * version is kept for a minute, so that a slow process cannot use its number again. Readers therefore see a change
 * completely or not at all, no change is lost, and a process that is killed leaves at most a draft.
 */
export class CatalogStore {
  private known: Version = { number: 0, state: emptyState };

  constructor(private readonly folder: string) {}

  /** The content of the newest version. Empty when there is no version yet. */
  async read(): Promise<CatalogState> {
    return (await this.newest()).state;
  }

  /**
   * Makes a change. `change` must not have side effects, since it is called again when another process was first.
   *
   * @returns The result that `change` returned with the new state.
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
      // The version was removed in the meantime, so there is a newer one.
      if (text === undefined) continue;
      this.known = { number, state: parse(text, this.path(number)) };
      return this.known;
    }
  }

  private path(number: number): string {
    return join(this.folder, `catalog.${number}.json`);
  }

  /**
   * The names are read synchronously. Every statement needs them, and they are so few that a turn of Node's thread pool
   * would take longer.
   */
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
   * @param since When the previous version was read.
   * @returns False when another process has, or may have, created this version.
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

  /** Removes versions and drafts that neither readers nor writers need any more. */
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
    // The failure is reported below.
  }
  throw new QueryError(`the catalog in ${path} is damaged; restore the file, or remove it to start over`);
}

/** Makes a new name in a folder survive a power failure, on systems that support it. */
async function syncFolder(folder: string): Promise<void> {
  if (process.platform === "win32") return;
  const handle = await open(folder, "r");
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
