import { readFile } from "node:fs/promises";
import { gunzipSync } from "node:zlib";
import type { World } from "@streaming-data-lake/aws";
import { isObject, jsonValueOf } from "@streaming-data-lake/terraform/values";

/** Largest number of error objects whose contents are kept in memory. */
const mostKept = 16;

/** Why Firehose could not deliver each record of an error object, by sequence number and index in the aggregate. */
type Reasons = ReadonlyMap<string, string>;

/** Reads the objects to which delivery streams write their errors. */
export class ErrorObjects {
  private readonly reasons = new Map<string, Promise<Reasons>>();

  constructor(private readonly objects: World["objects"]) {}

  /** @returns undefined when the object does not contain the record or no longer exists. */
  async reasonOf(
    bucket: string,
    key: string,
    sequenceNumber: string,
    index: number,
  ): Promise<string | undefined> {
    const name = `${bucket}/${key}`;
    const reasons = this.reasons.get(name) ?? this.read(bucket, key);
    this.reasons.set(name, reasons);
    for (const oldest of this.reasons.keys()) {
      if (this.reasons.size <= mostKept) break;
      this.reasons.delete(oldest);
    }
    return (await reasons).get(`${sequenceNumber}/${index}`);
  }

  private async read(bucket: string, key: string): Promise<Reasons> {
    const reasons = new Map<string, string>();
    const object = this.objects.find(bucket, key);
    if (!object) return reasons;
    const bytes = await readFile(object.path);
    for (const line of errorText(bytes).split("\n")) {
      const document = jsonValueOf(line);
      if (!isObject(document) || typeof document.sequenceNumber !== "string") continue;
      const {
        sequenceNumber,
        subSequenceNumber = 0,
        lastErrorCode,
        errorCode,
        lastErrorMessage,
        errorMessage,
      } = document;
      const code = String(lastErrorCode ?? errorCode ?? "");
      const message = String(lastErrorMessage ?? errorMessage ?? "");
      reasons.set(`${sequenceNumber}/${subSequenceNumber}`, [code, message].filter(Boolean).join(": "));
    }
    return reasons;
  }
}

/** Text of a file that may be compressed with gzip. */
export const errorText = (bytes: Buffer): string =>
  (bytes[0] === 0x1f && bytes[1] === 0x8b ? gunzipSync(bytes) : bytes).toString("utf8");
