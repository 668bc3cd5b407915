import { existsSync, lstatSync, mkdirSync, readdirSync, readFileSync, statSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { StackError } from "@streaming-data-lake/terraform/errors";
import { z } from "zod";
import { neverMakeAgain } from "../files/folders";
import { replaceFile } from "../files/write";

/** Names of the files and folders that a runner writes in its folder. It never touches anything else there. */
export const keptNames = [
  "aws",
  "checkpoints",
  "console-token",
  "dead-letters.ndjson",
  "functions",
  "journal",
  "kinesis",
  "lake",
  "logs",
  "permissions.json",
  "plan.json",
  "runner.lock",
  "runtime.json",
  "spool",
  "stack.json",
] as const;

const markName = "runner.json";

const shape = z.object({
  format: z.literal(1),
  writtenBy: z.literal("streaming-data-lake"),
  created: z.string(),
  /** When each consumer began to read its stream, in milliseconds since 1970, by the name of its checkpoints. */
  consumers: z.record(z.string(), z.number()),
});
type Mark = z.infer<typeof shape>;

/** Files that may be in any folder, so they do not show whose folder it is. */
const meaningless = /^(\.DS_Store|\.gitignore|\.gitkeep|lost\+found|\.runner\.json\.\d+\.tmp)$/;

/**
 * The folder that a runner writes everything to. The file `runner.json` marks it as a runner's folder. The first run
 * writes this mark into an empty folder, and a runner refuses to work in any other folder without it.
 */
export class RunnerFolder {
  private constructor(
    readonly path: string,
    private mark: Mark,
  ) {}

  /**
   * Opens a runner's folder, or creates a new one.
   *
   * @throws StackError when the path is not a folder, when the folder can't be created or written, or when it has
   *   contents but no mark.
   */
  static claim(dir: string, onTrouble: (message: string) => void = () => {}): RunnerFolder {
    const path = pathOf(dir);
    makePath(path);
    try {
      return RunnerFolder.open(path, onTrouble);
    } catch (error) {
      if (error instanceof StackError) throw error;
      throw new StackError(`the folder ${path} can't be used: ${(error as Error).message}`);
    }
  }

  private static open(path: string, onTrouble: (message: string) => void): RunnerFolder {
    const state = examine(path);
    if (state === "foreign") throw foreign(path);
    if (state === "earlier")
      onTrouble(
        `${path} was written by an earlier version of the runner: taken over, and marked as a runner's`,
      );
    if (typeof state === "object") return new RunnerFolder(path, state);
    const folder = new RunnerFolder(path, {
      format: 1,
      writtenBy: "streaming-data-lake",
      created: new Date().toISOString(),
      consumers: {},
    });
    folder.save();
    return folder;
  }

  /**
   * The path of the runner's folder; undefined when it does not exist or is empty.
   *
   * @throws StackError when the path is not a folder, or is a folder of something else.
   */
  static find(dir: string): string | undefined {
    const path = pathOf(dir);
    if (!isThere(path)) return undefined;
    const state = examine(path);
    if (state === "foreign") throw foreign(path);
    return state === "empty" ? undefined : path;
  }

  /**
   * When a consumer began to read its stream, in milliseconds since 1970. This is saved separately from the checkpoints.
   * If they are lost, the consumer reads again from this time, so no record is skipped.
   *
   * @param saved The time that the checkpoints contain, if there are any.
   */
  readingSince(consumer: string, saved?: number): number {
    const known = this.mark.consumers[consumer];
    // The clock may have been ahead in an earlier run.
    const since = Math.min(saved ?? known ?? Number.POSITIVE_INFINITY, Date.now());
    if (known === undefined) {
      this.mark = { ...this.mark, consumers: { ...this.mark.consumers, [consumer]: since } };
      this.save();
    }
    return since;
  }

  /**
   * Watches whether this folder is deleted or replaced, or the streams' folder in it is deleted. Nothing is created in a
   * deleted folder again.
   *
   * @param keepsStreams Whether the streams are in this folder, rather than in a Kinesis elsewhere.
   * @param onGone Called once, with the path of the folder that is gone.
   * @returns a function that ends the watch.
   */
  watch(keepsStreams: boolean, onGone: (path: string) => void): () => void {
    const release = neverMakeAgain(this.path);
    const streams = join(this.path, "kinesis");
    const gone = (): string | undefined => {
      if (readMarkOf(this.path)?.created !== this.mark.created) return this.path;
      return keepsStreams && !existsSync(streams) ? streams : undefined;
    };
    const timer = setInterval(() => {
      const path = gone();
      if (path === undefined) return;
      clearInterval(timer);
      onGone(path);
    }, 1_000).unref();
    return () => {
      clearInterval(timer);
      release();
    };
  }

  /** Forgets when the consumers began to read, because the folder starts over. */
  forget(): void {
    this.mark = { ...this.mark, consumers: {} };
    this.save();
  }

  private save(): void {
    replaceFile(join(this.path, markName), `${JSON.stringify(this.mark, null, 2)}\n`);
  }
}

function pathOf(dir: string): string {
  if (dir === "") throw new StackError('--dir must name a folder, such as .local, and not be ""');
  return resolve(dir);
}

function foreign(path: string): StackError {
  return new StackError(
    `${path} is not a folder of the runner: it is not empty and has no ${markName}. Nothing there was touched; name a new or an empty folder with --dir`,
  );
}

function isThere(path: string): boolean {
  const stat = statSync(path, { throwIfNoEntry: false });
  if (stat && !stat.isDirectory()) throw new StackError(`--dir ${path} is a file: name a folder`);
  if (!stat && lstatSync(path, { throwIfNoEntry: false }))
    throw new StackError(`--dir ${path} is a link to nothing: name a folder`);
  return stat !== undefined;
}

/** Creates a folder level by level. Node's own recursive mkdir never ends where a folder can't be created, as in /proc. */
function makePath(path: string): void {
  try {
    if (isThere(path)) return;
    if (dirname(path) !== path) makePath(dirname(path));
    mkdirSync(path);
  } catch (error) {
    if (error instanceof StackError) throw error;
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === "EEXIST") return;
    throw new StackError(`the folder ${path} can't be made: ${message}`);
  }
}

/** The mark of a runner's folder, or what kind of folder it is otherwise. */
function examine(path: string): Mark | "empty" | "earlier" | "foreign" {
  const names = readdirSync(path).filter((name) => !meaningless.test(name));
  if (names.includes(markName)) return readMark(join(path, markName));
  if (names.length === 0) return "empty";
  return isEarlierLayout(path, names) ? "earlier" : "foreign";
}

function readMarkOf(folder: string): Mark | undefined {
  try {
    return readMark(join(folder, markName));
  } catch {
    return undefined;
  }
}

function readMark(path: string): Mark {
  try {
    return shape.parse(JSON.parse(readFileSync(path, "utf8")));
  } catch (error) {
    if (!(error instanceof SyntaxError || error instanceof z.ZodError)) throw error;
    throw new StackError(
      `${path} is damaged or of another version, so it isn't known whose folder it is: if it is the runner's, delete this file and start again`,
    );
  }
}

/**
 * Whether a folder is that of an earlier version, which wrote no mark. Such a folder contains checkpoints, and only names
 * that a runner writes.
 */
function isEarlierLayout(path: string, names: readonly string[]): boolean {
  const known: readonly string[] = keptNames;
  if (!names.every((name) => known.includes(name)) || !names.includes("lake")) return false;
  const checkpoints = names.includes("checkpoints") ? readdirSync(join(path, "checkpoints")) : [];
  return checkpoints.length > 0 && checkpoints.every((name) => /^aws_\w+\..+\.json\.[01]$/.test(name));
}
