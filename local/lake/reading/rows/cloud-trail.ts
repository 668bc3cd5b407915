import type { GlueTable } from "@streaming-data-lake/terraform/types";
import { compactJson, JsonError, JsonText, RowJsonObject } from "./json-text";
import { linesOf } from "./lines";
import { BadRow } from "./serde";

/** Whether a table's objects are CloudTrail logs, which its input format shows. */
export const isCloudTrail = ({ inputFormat }: GlueTable): boolean =>
  inputFormat?.toLowerCase() === "com.amazon.emr.cloudtrail.cloudtrailinputformat";

/**
 * The events of a CloudTrail log, each as a line of JSON. CloudTrail writes `{"Records": […]}`. Any other object is
 * taken as an event itself.
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
    if (error instanceof JsonError) throw new BadRow(`JSON: ${error.message}`);
    throw error;
  }
}
