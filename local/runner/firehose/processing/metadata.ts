import { StackError } from "@streaming-data-lake/terraform/errors";
import { isObject } from "@streaming-data-lake/terraform/values";
import { JqTimeout, jq } from "./jq";
import type { ProcessedRecord } from "./record";

/** Largest number of records in one run of jq, which is slow with long inputs. */
const together = 200;

/**
 * Time limits of jq: for the records of one run together, and for each record alone when that was not enough.
 * Milliseconds.
 */
const longest = { together: 3_000, alone: 500 };

/** Extracts the partition keys of records, and returns the records in the same order. */
export type MetadataExtraction = (records: readonly ProcessedRecord[]) => Promise<ProcessedRecord[]>;

/**
 * Extracts partition keys with a jq program, which must return an object of them.
 *
 * https://docs.aws.amazon.com/firehose/latest/dev/dynamic-partitioning-partitioning-keys.html
 *
 * @throws StackError when jq can't compile the program.
 */
export async function metadataExtraction(address: string, query: string): Promise<MetadataExtraction> {
  // The program is only compiled, not run. The newline is there because the program may end with a comment.
  try {
    await jq("null", `if false then (${query}\n) else null end`, longest.together);
  } catch (error) {
    const [, reason = ""] = /jq: error: ([^\n]*)/.exec((error as Error).message) ?? [];
    throw new StackError(`${address}: MetadataExtractionQuery: jq can't read ${query}: ${reason}`);
  }
  const program = `.[] | try {keys: [fromjson | (${query}\n)]} catch {error: tostring}`;
  return async (records) => {
    const found: ProcessedRecord[] = [];
    for (let start = 0; start < records.length; start += together)
      found.push(...(await keysOf(records.slice(start, start + together), program)));
    return found;
  };
}

async function keysOf(records: readonly ProcessedRecord[], program: string): Promise<ProcessedRecord[]> {
  const texts = records.map(({ data }) => data.toString("utf8"));
  const isAlone = records.length === 1;
  try {
    const answer = await jq(texts, program, isAlone ? longest.alone : longest.together);
    const lines = answer.split("\n").filter(Boolean);
    return records.map((record, at) => withKeys(record, JSON.parse(lines[at] ?? "null")));
  } catch (error) {
    if (!(error instanceof JqTimeout)) throw error;
    if (isAlone) return records.map((record) => withKeys(record, { error: error.message }));
  }
  // Perhaps the program does not end for only some of the records, so each is tried alone.
  const found: ProcessedRecord[] = [];
  for (const record of records) found.push(...(await keysOf([record], program)));
  return found;
}

function withKeys(record: ProcessedRecord, answer: unknown): ProcessedRecord {
  const keys = isObject(answer) && Array.isArray(answer.keys) ? (answer.keys[0] as unknown) : undefined;
  if (!isObject(keys)) {
    const reason = isObject(answer) && typeof answer.error === "string" ? answer.error : "it gave no object";
    return { ...record, failure: partitioningFailure(`Metadata extraction failed: ${reason}`) };
  }
  return withPartitionKeys(record, "partitionKeyFromQuery", keys);
}

/** Adds partition keys to a record. A key that is null or empty makes the record fail. */
export function withPartitionKeys(
  record: ProcessedRecord,
  namespace: "partitionKeyFromQuery" | "partitionKeyFromLambda",
  keys: Readonly<Record<string, unknown>>,
): ProcessedRecord {
  const all = new Map(record.partitionKeys);
  for (const [name, value] of Object.entries(keys)) {
    const text = typeof value === "string" ? value : value === null ? "" : JSON.stringify(value);
    if (text === "")
      return { ...record, failure: partitioningFailure(`The partition key ${name} is null or empty`) };
    all.set(`${namespace}:${name}`, text);
  }
  return { ...record, partitionKeys: all };
}

export function partitioningFailure(errorMessage: string) {
  return {
    type: "dynamic-partitioning-failed",
    attemptsMade: 1,
    errorCode: "DynamicPartitioning.MetadataExtractionFailed",
    errorMessage,
  } as const;
}
