import { appendFileSync } from "node:fs";
import type { ProducerRecord } from "../core/record";

/** Keeps records that could not be delivered, in a file of lines that `--file` can send again. */
export class Spool {
  records = 0;

  constructor(readonly file: string) {}

  /** Adds a record. It is written synchronously, so that it is not lost if the process ends. */
  add({ data }: ProducerRecord): void {
    appendFileSync(this.file, data);
    this.records++;
  }
}
