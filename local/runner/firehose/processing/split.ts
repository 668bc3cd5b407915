import type { ProcessedRecord } from "./record";

/**
 * Splits a record into the records that it contains: JSON values in sequence or in a list, or texts separated by a
 * delimiter.
 *
 * https://docs.aws.amazon.com/firehose/latest/dev/dynamic-partitioning-multirecord-deaggergation.html
 */
export function splitRecord(record: ProcessedRecord, delimiter: string | undefined): ProcessedRecord[] {
  const parts = delimiter === undefined ? jsonParts(record.data) : delimitedParts(record.data, delimiter);
  return parts.length < 2 && delimiter === undefined && parts[0] === undefined
    ? [record]
    : parts.map((data) => ({ ...record, data }));
}

function delimitedParts(data: Buffer, delimiter: string): Buffer[] {
  const bytes = Buffer.from(delimiter, "latin1");
  const parts: Buffer[] = [];
  for (let start = 0; start < data.length; ) {
    const found = data.indexOf(bytes, start);
    const end = found < 0 ? data.length : found;
    if (end > start) parts.push(data.subarray(start, end));
    start = end + bytes.length;
  }
  return parts;
}

/** The JSON values in a record; none when the text is not valid JSON. */
function jsonParts(data: Buffer): Buffer[] {
  const text = data.toString("utf8");
  try {
    const value: unknown = JSON.parse(text);
    return Array.isArray(value) ? elementsIn(text).map((part) => Buffer.from(part)) : [data];
  } catch {
    return valuesIn(text).map((part) => Buffer.from(part));
  }
}

/** The elements of a list as they are written, so that a number keeps all its digits. */
function elementsIn(text: string): string[] {
  const parts: string[] = [];
  let depth = 0;
  let start = 0;
  for (const { 0: token, index } of text.matchAll(/"(?:[^"\\]|\\.)*"|[{}[\],]/gs)) {
    const isEnd = token === "]" || token === "}";
    if (isEnd) depth--;
    if (depth === (isEnd ? 0 : 1) && (isEnd || token === ",")) parts.push(text.slice(start, index).trim());
    if (token === "{" || token === "[") depth++;
    if (depth === 1 && (token === "[" || token === ",")) start = index + 1;
  }
  return parts.filter((part) => part !== "");
}

/** The objects of a sequence, with or without white space between them. */
function valuesIn(text: string): string[] {
  const parts: string[] = [];
  let depth = 0;
  let start = -1;
  for (const { 0: token, index } of text.matchAll(/"(?:[^"\\]|\\.)*"|[{}[\]]/gs)) {
    if (token === "{" || token === "[") {
      if (depth++ === 0) start = index;
    } else if ((token === "}" || token === "]") && --depth === 0) parts.push(text.slice(start, index + 1));
  }
  return parts;
}
