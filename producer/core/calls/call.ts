import { type BatchEntry, recordsOf } from "./batch";
import { CallFailure, callFailure, entryFailure } from "./failure";
import type { Entry } from "./request-body";

/** https://docs.aws.amazon.com/kinesis/latest/APIReference/API_PutRecordsResultEntry.html */
export interface ResultEntry {
  readonly ShardId?: string;
  readonly SequenceNumber?: string;
  readonly ErrorCode?: string;
  readonly ErrorMessage?: string;
}

/** Makes one PutRecords call. */
export type PutRecords = (
  entries: readonly Entry[],
) => Promise<{ readonly Records?: readonly ResultEntry[] | undefined }>;

/** The result of one entry: where it is on the stream, or why it failed. */
export type EntryResult = { readonly shardId: string; readonly sequenceNumber: string } | CallFailure;

/**
 * Sends entries. If the service refuses them as invalid, their halves are sent separately, until only the invalid
 * entries are left.
 *
 * @returns A result for each entry, or the failure of the whole call. Never rejects.
 */
export async function sendEntries(
  entries: readonly BatchEntry[],
  putRecords: PutRecords,
): Promise<readonly EntryResult[] | CallFailure> {
  for (const entry of entries) for (const record of recordsOf(entry)) record.attempts++;
  let failure: CallFailure;
  try {
    const { Records: results } = await putRecords(entries);
    if (results?.length === entries.length) return results.map(entryResult);
    const message = `PutRecords answered ${results?.length ?? 0} results to ${entries.length} records`;
    failure = new CallFailure("failure", new Error(message), true);
  } catch (error) {
    failure = callFailure(error);
  }
  if (failure.kind !== "invalid" || entries.length === 1) return failure;
  const middle = entries.length >> 1;
  const results: EntryResult[] = [];
  for (const half of [entries.slice(0, middle), entries.slice(middle)]) {
    const answered = await sendEntries(half, putRecords);
    if (answered instanceof CallFailure) results.push(...half.map(() => answered));
    else results.push(...answered);
  }
  return results;
}

function entryResult({ ShardId, SequenceNumber, ErrorCode, ErrorMessage }: ResultEntry): EntryResult {
  if (ShardId && SequenceNumber) return { shardId: ShardId, sequenceNumber: SequenceNumber };
  return entryFailure(ErrorCode ?? "InternalFailure", ErrorMessage);
}
