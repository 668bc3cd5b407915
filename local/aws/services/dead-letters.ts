import { closeSync, fstatSync, openSync, readSync } from "node:fs";
import { uuidOf } from "@streaming-data-lake/terraform/uuid";
import type { Message } from "./sqs/message";

/** A dead letter: a discarded batch or event, as a message for the queue or topic to which it is sent. */
export interface Letter {
  /** ARN of the queue or topic. */
  readonly destination: string;
  readonly message: Message;
}

/** Prefix of the ids of messages that come from the file of dead letters. */
const mark = "dead1e77";

/** Reads the runner's file of dead letters. Each read continues where the last one ended. */
export class DeadLetterFile {
  private at = 0;

  constructor(private readonly path: string) {}

  isLetter(id: string): boolean {
    return id.startsWith(mark);
  }

  /** The dead letters that were added since the last call. An incomplete last line is left for the next call. */
  read(): readonly Letter[] {
    let file: number;
    try {
      file = openSync(this.path, "r");
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === "ENOENT") return [];
      throw error;
    }
    try {
      const { size } = fstatSync(file);
      if (size <= this.at) return [];
      const bytes = Buffer.alloc(size - this.at);
      readSync(file, bytes, 0, bytes.length, this.at);
      const end = bytes.lastIndexOf(0x0a) + 1;
      const start = this.at;
      this.at += end;
      return lettersOf(bytes.toString("utf8", 0, end), start);
    } finally {
      closeSync(file);
    }
  }
}

function lettersOf(text: string, start: number): Letter[] {
  let place = start;
  return text.split("\n").flatMap((line) => {
    const uuid = uuidOf(`${place}/${line}`);
    place += Buffer.byteLength(line) + 1;
    if (line === "") return [];
    const { destination, ...document } = JSON.parse(line) as Readonly<Record<string, unknown>>;
    if (typeof destination !== "string") return [];
    const time = Date.parse(String(document.timestamp ?? document.scheduledTime));
    const message: Message = {
      // The id is the same each time that the file is read.
      id: `${mark}${uuid.slice(mark.length)}`,
      body: JSON.stringify(document),
      attributes: {},
      sender: "lambda.amazonaws.com",
      sent: Number.isNaN(time) ? Date.now() : time,
    };
    return [{ destination, message }];
  });
}
