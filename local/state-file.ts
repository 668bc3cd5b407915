import { mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";

/** Replaces a file as a whole: whoever reads it, also after a kill, finds the old text or the new one. */
export function replaceFile(path: string, text: string): void {
  const temporary = `${path}.tmp`;
  writeFileSync(temporary, text);
  renameSync(temporary, path);
}

/** A small JSON document on disk that is written as a whole or not at all. */
export class StateFile<T> {
  constructor(
    private readonly path: string,
    readonly value: T,
  ) {}

  /** Reads the file, or starts with the given value when there is none. */
  static open<T>(path: string, initial: T): StateFile<T> {
    mkdirSync(dirname(path), { recursive: true });
    try {
      return new StateFile(path, JSON.parse(readFileSync(path, "utf8")) as T);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
      return new StateFile(path, initial);
    }
  }

  save(): void {
    replaceFile(this.path, JSON.stringify(this.value));
  }
}
