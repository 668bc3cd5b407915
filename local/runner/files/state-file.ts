import { createHash } from "node:crypto";
import { closeSync, fstatSync, openSync, statSync } from "node:fs";
import { dirname } from "node:path";
import { StackError } from "@streaming-data-lake/terraform/errors";
import { z } from "zod";
import { disk } from "./disk";
import { makeFolder } from "./folders";
import { replaceFile, writeAllSync } from "./write";

/** Version of a slot's format. A change of the format needs a new number. */
const format = 1;

/**
 * Size of a block. A slot is padded to whole blocks, so that writing it again in place needs no more space, and a power
 * failure leaves each block either old or new. Bytes.
 */
const blockBytes = 4096;

export interface StateFileOptions<T> {
  /** Path of the file, without the number of a slot. */
  readonly path: string;
  /** Shape of the values that are saved here. */
  readonly shape: z.ZodType<T>;
  /** The value when nothing has been saved. */
  readonly initial: () => T;
  /** Called when one of the two slots cannot be read, so that the value may be the last but one. */
  readonly onTrouble?: (message: string) => void;
}

/**
 * A small JSON document on disk that is saved often and survives a kill at any moment.
 *
 * It has two slots, each of which is a file. They are written alternately, with a serial number and a checksum, so that
 * one is intact while the other is being written. A save that fails is repeated in the same slot. A slot is replaced by
 * a rename only when it is new or grows, because a rename waits for the disk on common file systems.
 */
export class StateFile<T> {
  /** The open slots. Each file has room for what was last written to it. */
  private readonly files: (number | undefined)[] = [undefined, undefined];

  private constructor(
    private readonly path: string,
    private serial: number,
    readonly value: T,
    /** Whether nothing had been saved before. */
    readonly isNew: boolean,
  ) {}

  /**
   * Reads the value that was saved last, or starts with the initial value when nothing was saved.
   *
   * @throws StackError when something was saved but none of it can be read.
   */
  static open<T>({ path, shape, initial, onTrouble = () => {} }: StateFileOptions<T>): StateFile<T> {
    const slots = [0, 1].map((slot) => readSlot(slotPath(path, slot), shape));
    const [newest] = slots.filter((slot) => typeof slot === "object").sort((a, b) => b.serial - a.serial);
    if (slots.includes("damaged")) {
      if (!newest)
        throw new StackError(
          `${path} is damaged, so it isn't known how far the last run came: delete ${slotPath(path, 0)} and ${slotPath(path, 1)} to have everything read again that the stream still holds, or start over with --reset`,
        );
      onTrouble(`${path}: the last save can't be read; what was done since the save before is done again`);
    }
    return new StateFile(path, newest?.serial ?? 0, newest?.value ?? initial(), newest === undefined);
  }

  /**
   * @param durable Waits until the value would survive a power failure. It survives a kill in any case.
   * @throws Error when the value could not be saved. The value saved before is then still there.
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

/** Whether a file can be written in place: it is large enough and has not been deleted. */
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

/** The format of slots before they had a version number. */
const earlierShape = z.strictObject({ serial: z.int().nonnegative(), value: z.unknown() });

function serialize(serial: number, value: unknown): string {
  return `${JSON.stringify({ format, checksum: checksum(format, serial, value), serial, value })}\n`;
}

/**
 * Checksum of a slot. It is the same for every format, so that a slot of a later version can be told from a damaged
 * one.
 */
function checksum(...content: readonly [format: number, serial: number, value: unknown]): string {
  return createHash("sha256").update(JSON.stringify(content)).digest("hex");
}

/** @returns undefined when the slot has never been written. */
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
