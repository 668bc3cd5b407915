import { gunzipSync } from "node:zlib";
import { evaluatePrefix } from "@streaming-data-lake/runner/firehose/prefix";

const minute = 60_000;
/** The longest time that Firehose buffers. The time in an object's key is that of its first record. */
const longestBuffer = 15 * minute;

/** AWS's clock may be another than this machine's. Milliseconds. */
export const clockSlack = 60_000;

/**
 * The folders that a delivery stream's prefix stands for between two times. A folder ends where only Firehose knows
 * what follows: a random part of a key, or a partition's value.
 */
export function foldersSince(prefix: string, since: Date, until: Date): readonly string[] {
  const folders = new Set<string>();
  for (let time = since.getTime() - longestBuffer; time <= until.getTime() + minute; time += minute) {
    const values = {
      timestamp: new Date(time),
      timeZone: "UTC",
      errorOutputType: "format-conversion-failed",
      randomString: () => "!{",
    };
    folders.add(evaluatePrefix(prefix, values).replace(/!\{.*$/, ""));
  }
  return [...folders];
}

/** The text of an object, also of one in GZIP: https://www.rfc-editor.org/rfc/rfc1952#page-6 */
export function unpacked(bytes: Buffer): string {
  return (bytes[0] === 0x1f && bytes[1] === 0x8b ? gunzipSync(bytes) : bytes).toString();
}
