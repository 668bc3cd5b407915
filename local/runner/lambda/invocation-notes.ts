import type { InvocationEntry, Span } from "../journal/entries";
import type { KinesisRecord } from "../stream/stream-source";
import type { InvocationReader } from "./runtime";

/** Largest number of characters of an invocation's output that is kept. The function's log contains all of it. */
const mostCharacters = 16 * 1024;

/** What is recorded about a batch's invocation besides its outcome. */
export class InvocationNotes {
  private log: string[] = [];
  private characters = 0;
  private coldStart = false;
  private time = 0;
  private duration = 0;

  /** Starts recording the next invocation. */
  reader(): InvocationReader {
    this.log = [];
    this.characters = 0;
    return {
      onStart: (coldStart) => {
        this.coldStart = coldStart;
      },
      onLines: (lines) => {
        for (const line of lines) {
          if (this.characters >= mostCharacters) return;
          const beginning = line.slice(0, mostCharacters - this.characters);
          this.log.push(beginning);
          this.characters += beginning.length;
        }
      },
    };
  }

  /** @param time When the invocation began, in milliseconds since 1970. */
  ended(time: number, duration: number): void {
    this.time = time;
    this.duration = duration;
  }

  get entry(): Pick<InvocationEntry, "coldStart" | "duration" | "log" | "time"> {
    const { coldStart, duration, log, time } = this;
    return { coldStart, duration, log, time };
  }
}

export const spanOf = (stream: string, shard: string, records: readonly KinesisRecord[]): Span => ({
  stream,
  shard,
  first: records[0]?.sequenceNumber ?? "",
  last: records.at(-1)?.sequenceNumber ?? "",
});
