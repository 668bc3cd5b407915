import { once } from "node:events";
import { createWriteStream, renameSync, rmSync, statSync } from "node:fs";
import { finished } from "node:stream/promises";
import { type Io, UsageError } from "@streaming-data-lake/command";

/** A destination that an answer is written to: standard output or a file. */
export interface AnswerOutput {
  /** Resolves when the destination can take more. @throws ReaderGone */
  write(text: string): Promise<void>;
  end(): Promise<void>;
  /** Discards what was written to a file, and leaves an existing file of that name unchanged. */
  discard(): Promise<void>;
}

/** The reader of the output has closed it, as `head` does. */
export class ReaderGone extends Error {
  override readonly name = "ReaderGone";
}

/** @param file Path of a file; absent for standard output. */
export function openOutput(file: string | undefined, { stdout }: Io): AnswerOutput {
  return file === undefined ? toStream(stdout) : toFile(file);
}

function toStream(stream: Io["stdout"]): AnswerOutput {
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

/** A file appears only when it is completely written. A pipe or a device is written to directly. */
function toFile(file: string): AnswerOutput {
  const there = statSync(file, { throwIfNoEntry: false });
  if (there?.isDirectory()) throw new UsageError(`--output ${file} is a folder, not a file`);
  const isSpecial = there?.isFile() === false;
  const path = isSpecial ? file : `${file}.${process.pid}.part`;
  const stream = createWriteStream(path);
  const ended = finished(stream);
  // A failure is reported by the next write.
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
