import { createHash } from "node:crypto";
import { closeSync, fstatSync, openSync, statSync } from "node:fs";
import { dirname } from "node:path";
import { StackError } from "@streaming-data-lake/terraform/errors";
import { z } from "zod";
import { disk } from "./disk";
import { makeFolder } from "./folders";
import { replaceFile, writeAllSync } from "./write";

/** Of what is in a slot. A change of its shape needs a new number. */
const format = 1;

/**
 * A slot is filled up to whole blocks. Writing it again in its place takes no further room, and a power cut leaves each
 * block old or new.
 */
const blockBytes = 4096;

export interface StateFileOptions<T> {
  /** Path without the slots' numbers. */
  readonly path: string;
  /** What a value looks like that was saved here. */
  readonly shape: z.ZodType<T>;
  /** What the value is when nothing was saved. */
  readonly initial: () => T;
  /** Called when one of the two slots can't be read, so that the value may be the one before the last. */
  readonly onTrouble?: (message: string) => void;
}

/**
 * A small JSON document on disk that is saved often and survives a kill at any moment.
 *
 * It has two slots, each a file, that are written in turn with a serial number and a checksum: while one is being
 * written the other is whole. A save that fails is done again in the same slot. A slot is replaced by rename only when it
 * is new or grows, since that waits for the disk on common file systems.
 */
export class StateFile<T> {
  /** The slots that are open, each in a file that has room for what was written last. */
  private readonly files: (number | undefined)[] = [undefined, undefined];

  private constructor(
    private readonly path: string,
    private serial: number,
    readonly value: T,
    /** Nothing had been saved. */
    readonly isNew: boolean,
  ) {}

  /**
   * Reads what was saved last, or starts with the initial value when nothing was.
   *
   * @throws StackError when something was saved and none of it can be read.
   */
  static open<T>({ path, shape, initial, onTrouble = () => {} }: StateFileOptions<T>): StateFile<T> {
    const slots = [0, 1].map((slot) => readSlot(slotPath(path, slot), shape));
    const [newest] = slots.filter((slot) => typeof slot === "object").sort((a, b) => b.serial - a.serial);
    if (slots.includes("damaged")) {
      if (!newest)
        throw new StackError(
          `${path} is damaged, so that it isn't known how far the last run came: delete ${slotPath(path, 0)} and ${slotPath(path, 1)} to have everything read again that the stream still holds, or start over with --reset`,
        );
      onTrouble(
        `${path}: what was saved last can't be read; what was done since the save before is done again`,
      );
    }
    return new StateFile(path, newest?.serial ?? 0, newest?.value ?? initial(), newest === undefined);
  }

  /**
   * @param durable Waits until it would survive a power cut; a kill it survives in any case.
   * @throws Error when it could not be saved. What was saved before is still there then.
   */
  save({ durable = false }: { readonly durable?: boolean } = {}): void {
    const serial = this.serial + 1;
    const slot = serial % 2;
    const path = slotPath(this.path, slot);
    const text = Buffer.from(serialize(serial, this.value));
    const bytes = Buffer.alloc(Math.ceil(text.length / blockBytes) * blockBytes, " ");
    text.copy(bytes);
    const file = this.files[slot];
    if (file !== undefined && hasRoom(file, path, bytes.length)) {
      writeAllSync(file, bytes, 0);
      if (durable) disk.syncSync(file);
    } else {
      makeFolder(dirname(path));
      replaceFile(path, bytes);
      if (file !== undefined) closeSync(file);
      this.files[slot] = undefined;
      this.files[slot] = openSync(path, "r+");
    }
    this.serial = serial;
  }

  close(): void {
    for (const file of this.files) if (file !== undefined) closeSync(file);
  }
}

/** Whether a file can be written in its place: it has so many bytes, and nobody has deleted it. */
function hasRoom(file: number, path: string, bytes: number): boolean {
  const mine = fstatSync(file, { bigint: true });
  const there = statSync(path, { bigint: true, throwIfNoEntry: false });
  return mine.size === BigInt(bytes) && there?.ino === mine.ino && there.dev === mine.dev;
}

function slotPath(path: string, slot: number): string {
  return `${path}.${slot}`;
}

interface Slot<T> {
  readonly serial: number;
  readonly value: T;
}

const slotShape = z.strictObject({
  format: z.int(),
  checksum: z.string(),
  serial: z.int().nonnegative(),
  value: z.unknown(),
});

/** Before slots had a format. */
const earlierShape = z.strictObject({ serial: z.int().nonnegative(), value: z.unknown() });

function serialize(serial: number, value: unknown): string {
  return `${JSON.stringify({ format, checksum: checksum(format, serial, value), serial, value })}\n`;
}

/** Of every format, so that a later version's slot is told from a damaged one. */
function checksum(...content: readonly [format: number, serial: number, value: unknown]): string {
  return createHash("sha256").update(JSON.stringify(content)).digest("hex");
}

/** @returns undefined when the slot was never written. */
function readSlot<T>(path: string, shape: z.ZodType<T>): Slot<T> | "damaged" | undefined {
  const text = readText(path);
  if (text === undefined) return undefined;
  try {
    const json: unknown = JSON.parse(text.split("\n")[0] ?? "");
    const slot = slotShape.or(earlierShape).parse(json);
    if ("checksum" in slot) {
      if (slot.checksum !== checksum(slot.format, slot.serial, slot.value)) return "damaged";
      if (slot.format > format)
        throw new StackError(`${path} was written by a later version of the runner (format ${slot.format})`);
    }
    return { serial: slot.serial, value: shape.parse(slot.value) };
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof z.ZodError) return "damaged";
    throw error;
  }
}

function readText(path: string): string | undefined {
  try {
    return disk.readFileSync(path).toString("utf8");
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === "ENOENT") return undefined;
    throw new StackError(`${path} can't be read: ${message}`);
  }
}
