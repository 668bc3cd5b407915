import {
  closeSync,
  constants,
  ftruncateSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { dirname } from "node:path";

/** Replaces a file as a whole: whoever reads it, also after a kill, finds the old text or the new one. */
export function replaceFile(path: string, text: string): void {
  const temporary = `${path}.tmp`;
  writeFileSync(temporary, text);
  renameSync(temporary, path);
}

interface Slot<T> {
  readonly serial: number;
  readonly value: T;
}

/**
 * A small JSON document on disk that is saved often and survives a kill at any moment.
 *
 * It has two files that are written in turn, each with a serial number: while one is being written the other is whole.
 * Replacing a file by rename, as safe as this, waits for the disk on common file systems.
 */
export class StateFile<T> {
  private readonly files: readonly number[];

  private constructor(
    path: string,
    private serial: number,
    readonly value: T,
  ) {
    // Opened for reading and writing without emptying it, and made when it isn't there.
    const flags = constants.O_RDWR | constants.O_CREAT;
    this.files = [0, 1].map((slot) => openSync(slotPath(path, slot), flags));
  }

  /** Reads what was saved last, or starts with the given value when nothing was. */
  static open<T>(path: string, initial: T): StateFile<T> {
    mkdirSync(dirname(path), { recursive: true });
    const [newest] = [0, 1]
      .map((slot) => readSlot<T>(slotPath(path, slot)))
      .filter((slot) => slot !== undefined)
      .sort((a, b) => b.serial - a.serial);
    return new StateFile(path, newest?.serial ?? 0, newest?.value ?? initial);
  }

  save(): void {
    this.serial++;
    const file = this.files[this.serial % 2];
    if (file === undefined) return;
    const slot: Slot<T> = { serial: this.serial, value: this.value };
    ftruncateSync(file, writeSync(file, `${JSON.stringify(slot)}\n`, 0));
  }

  close(): void {
    for (const file of this.files) closeSync(file);
  }
}

function slotPath(path: string, slot: number): string {
  return `${path}.${slot}`;
}

/** @returns undefined when the slot was never written, or not to its end. */
function readSlot<T>(path: string): Slot<T> | undefined {
  try {
    const [line = ""] = readFileSync(path, "utf8").split("\n");
    return JSON.parse(line) as Slot<T>;
  } catch (error) {
    if (error instanceof SyntaxError || (error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
}
