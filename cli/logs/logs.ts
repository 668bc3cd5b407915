import { closeSync, existsSync, fstatSync, openSync, readdirSync, readSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { type Io, suggestion, UserError } from "@streaming-data-lake/command";
import { fileName } from "@streaming-data-lake/lake/paths";
import { existingFolder } from "../folder";

/** The flags of `npm run local -- logs`. */
export interface LogsOptions {
  readonly dir: string;
  /** Name of the function whose log is shown. @default all functions */
  readonly name?: string;
  readonly follow?: true;
}

const ending = ".log";
const pauseMilliseconds = 250;

/** @throws UserError when the function has no log. */
export async function showLogs({ dir, name, follow }: LogsOptions, io: Io): Promise<number> {
  const folder = join(existingFolder(dir), "logs");
  const namesNow = () =>
    existsSync(folder)
      ? readdirSync(folder)
          .filter((one) => one.endsWith(ending))
          .sort()
      : [];
  const wanted = name === undefined ? undefined : `${fileName(name)}${ending}`;
  if (wanted !== undefined && !namesNow().includes(wanted) && !follow)
    throw new UserError(`${folder} has no log of ${name}${known(name ?? "", namesNow())}`);
  const read = new Map<string, number>();
  const signal = follow ? io.signal : undefined;
  for (;;) {
    const names = namesNow().filter((one) => wanted === undefined || one === wanted);
    for (const one of names)
      read.set(
        one,
        print(
          join(folder, one),
          read.get(one) ?? 0,
          names.length > 1 ? one.slice(0, -ending.length) : "",
          io,
        ),
      );
    if (!signal || signal.aborted) return 0;
    await wait(pauseMilliseconds, undefined, { signal }).catch(() => {});
    if (signal.aborted) return 0;
  }
}

function known(name: string, files: readonly string[]): string {
  const names = files.map((file) => file.slice(0, -ending.length));
  if (names.length === 0) return ": nothing has been logged yet";
  return suggestion(name, names) || `; there are ${names.join(", ")}`;
}

/** Prints the complete lines after a position in a file. @returns The position after the last printed line. */
function print(path: string, from: number, label: string, { stdout }: Io): number {
  const file = openSync(path, "r");
  try {
    const { size } = fstatSync(file);
    let at = size < from ? 0 : from;
    const chunk = Buffer.alloc(64 * 1024);
    for (;;) {
      const count = readSync(file, chunk, 0, chunk.length, at);
      const end = chunk.lastIndexOf(10, Math.max(0, count - 1)) + 1;
      const whole = end > 0 && end <= count ? end : count === chunk.length ? count : 0;
      if (whole === 0) return at;
      const text = chunk.toString("utf8", 0, whole);
      stdout.write(label ? text.replace(/^(?=.)/gm, `${label}  `) : text);
      at += whole;
    }
  } finally {
    closeSync(file);
  }
}
