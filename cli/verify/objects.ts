import { gunzipSync } from "node:zlib";
import { evaluatePrefix } from "@streaming-data-lake/runner/firehose/prefix";

const minute = 60_000;
/** The longest time that Firehose buffers records. An object's key has the time of its first record. Milliseconds. */
const longestBuffer = 15 * minute;

/** How far AWS's clock can differ from this machine's. Milliseconds. */
export const clockSlack = 60_000;

/**
 * The folders that a delivery stream's prefix stands for between two times. A folder's path ends before the first part
 * that only Firehose knows, such as a random string or a partition's value.
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

/** The text of an object, which is decompressed if it is GZIP: https://www.rfc-editor.org/rfc/rfc1952#page-6 */
export function unpacked(bytes: Buffer): string {
  return (bytes[0] === 0x1f && bytes[1] === 0x8b ? gunzipSync(bytes) : bytes).toString();
}
