import { appendFileSync } from "node:fs";
import type { ProducerRecord } from "../core/record";

/** Keeps what could not be delivered in a file of lines that `--file` sends again. */
export class Spool {
  records = 0;

  constructor(readonly file: string) {}

  /** Written at once: whatever ends the process next, it is there. */
  add({ data }: ProducerRecord): void {
    appendFileSync(this.file, data);
    this.records++;
  }
}
