import { once } from "node:events";
import { createWriteStream, renameSync, rmSync, statSync } from "node:fs";
import { finished } from "node:stream/promises";
import type { Io } from "@streaming-data-lake/command";

/** Where an answer goes. */
export interface Output {
  /** Resolves when there is room for more. @throws ReaderGone */
  write(text: string): Promise<void>;
  end(): Promise<void>;
  /** Gives up what was written to a file, and leaves the file that was there. */
  discard(): Promise<void>;
}

/** The reader of the output has closed it, as `head` does. */
export class ReaderGone extends Error {
  override readonly name = "ReaderGone";
}

/** @param file Absent for standard output. */
export function openOutput(file: string | undefined, { stdout }: Io): Output {
  return file === undefined ? toStream(stdout) : toFile(file);
}

function toStream(stream: Io["stdout"]): Output {
  let error: NodeJS.ErrnoException | undefined;
  stream.once("error", (reason: NodeJS.ErrnoException) => {
    error = reason;
  });
  const check = () => {
    if (error) throw error.code === "EPIPE" ? new ReaderGone() : error;
  };
  return {
    async write(text) {
      check();
      if (text === "" || stream.write(text)) return;
      await once(stream, "drain").catch(() => {});
      check();
    },
    end: async () => {},
    discard: async () => {},
  };
}

/** A file appears whole, when all of it is written; a pipe or a device is written at once. */
function toFile(file: string): Output {
  const isSpecial = statSync(file, { throwIfNoEntry: false })?.isFile() === false;
  const path = isSpecial ? file : `${file}.${process.pid}.part`;
  const stream = createWriteStream(path);
  const ended = finished(stream);
  // A failure shows where the next part is written.
  ended.catch(() => {});
  return {
    async write(text) {
      if (stream.errored) throw stream.errored;
      if (text !== "" && !stream.write(text)) await Promise.race([once(stream, "drain"), ended]);
    },
    async end() {
      stream.end();
      await ended;
      if (!isSpecial) renameSync(path, file);
    },
    async discard() {
      stream.destroy();
      await ended.catch(() => {});
      if (!isSpecial) rmSync(path, { force: true });
    },
  };
}
