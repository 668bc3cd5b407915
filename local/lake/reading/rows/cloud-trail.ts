import type { GlueTable } from "@streaming-data-lake/terraform/types";
import { compactJson, JsonError, JsonText, RowJsonObject } from "./json-text";
import { linesOf } from "./lines";
import { BadLine } from "./serde";

/** Whether a table's objects are CloudTrail's, by the input format that AWS gives such tables. */
export const isCloudTrail = ({ inputFormat }: GlueTable): boolean =>
  inputFormat?.toLowerCase() === "com.amazon.emr.cloudtrail.cloudtrailinputformat";

/**
 * The events of an object of CloudTrail's, a line of JSON each: CloudTrail writes `{"Records": […]}`. A line that is another
 * object is an event itself.
 *
 * @see https://docs.aws.amazon.com/athena/latest/ug/cloudtrail-logs.html
 */
export function* eventsOf(content: Buffer): Generator<string> {
  for (const line of linesOf(content)) {
    if (!/^\s*\{\s*"Records"\s*:/i.test(line)) {
      if (line.trim() !== "") yield line;
      continue;
    }
    for (const record of recordsOf(line)) yield compactJson(record);
  }
}

function recordsOf(line: string) {
  try {
    const value = new JsonText(line, false).read();
    const records = value instanceof RowJsonObject ? value.fields[0]?.[1] : undefined;
    return Array.isArray(records) ? records : [];
  } catch (error) {
    if (error instanceof JsonError) throw new BadLine(`JSON: ${error.message}`);
    throw error;
  }
}
