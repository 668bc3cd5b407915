import type { EventSourceMapping } from "@streaming-data-lake/terraform/types";
import type { KinesisRecord } from "../stream/stream-source";
import type { Condition } from "./dead-letters";
import type { InvocationOutcome } from "./process/worker";
import { readResponse } from "./response";

type Policy = Pick<
  EventSourceMapping,
  | "bisectBatchOnFunctionError"
  | "maximumRetryAttempts"
  | "maximumRecordAgeSeconds"
  | "reportBatchItemFailures"
>;

/** A batch, or what is left of it, with its history. */
interface Attempt {
  readonly records: readonly KinesisRecord[];
  readonly retries: number;
  readonly invocations: number;
  readonly requestId: string;
  readonly functionError: "Unhandled" | null;
}

export interface BatchEvents {
  readonly invoke: (records: readonly KinesisRecord[]) => Promise<InvocationOutcome>;
  /**
   * Called after an invocation with the number of records, counted from the first, that succeeded. @default - nothing
   */
  readonly onOutcome?: (
    attempt: Pick<Attempt, "records" | "retries">,
    outcome: InvocationOutcome,
    succeeded: number,
  ) => void;
  /** Called for the next records, in order, that have succeeded. */
  readonly onSuccess: (records: readonly KinesisRecord[]) => void;
  /** Called for discarded records. Resolves when the discarding has been recorded. */
  readonly onDiscarded: (attempt: Attempt, condition: Condition) => Promise<void>;
  /** @param failed Whether the invocation ended with an error, rather than with failed items. */
  readonly onError: (failed: boolean) => void;
  /** Called before each retry, with the number of earlier retries. */
  readonly onRetry: (retries: number, outcome: InvocationOutcome) => void;
  /** Waits before a retry. The number of earlier retries starts at 0. */
  readonly backOff: (retries: number) => Promise<void>;
  readonly now: () => number;
  readonly stopped: () => boolean;
}

/**
 * Processes a batch until every record has succeeded or has been discarded, in order.
 *
 * - A failed invocation is retried up to `maximumRetryAttempts` times; -1 means without limit.
 * - Records older than `maximumRecordAgeSeconds` are discarded, even before the first attempt.
 * - With `bisectBatchOnFunctionError`, a failed batch of several records is split in two. A split does not count as a
 * retry.
 * - After a partial batch response, the records before the lowest failed sequence number have succeeded, and the others
 * are retried. With bisecting, this counts as a split rather than a retry, unless no record succeeded.
 *
 * https://docs.aws.amazon.com/lambda/latest/dg/services-kinesis-errors.html
 */
export async function settleBatch(
  batch: readonly KinesisRecord[],
  policy: Policy,
  events: BatchEvents,
): Promise<void> {
  const left: Attempt[] = [
    { records: batch, retries: 0, invocations: 0, requestId: "", functionError: null },
  ];
  for (let next = left.pop(); next && !events.stopped(); next = left.pop()) {
    const attempt = await discardOld(next, policy, events);
    if (events.stopped()) return;
    if (attempt.records.length === 0) continue;
    const outcome = await events.invoke(attempt.records);
    if (events.stopped()) return;
    left.push(...(await settleOutcome(attempt, outcome, policy, events)));
  }
}

async function discardOld(attempt: Attempt, policy: Policy, events: BatchEvents): Promise<Attempt> {
  if (policy.maximumRecordAgeSeconds < 0) return attempt;
  const oldest = events.now() - policy.maximumRecordAgeSeconds * 1000;
  const young = attempt.records.findIndex(({ arrival }) => arrival >= oldest);
  const count = young < 0 ? attempt.records.length : young;
  if (count === 0) return attempt;
  await events.onDiscarded({ ...attempt, records: attempt.records.slice(0, count) }, "RecordAgeExceeded");
  return { ...attempt, records: attempt.records.slice(count) };
}

/** @returns the remaining attempts, with the next one last. */
async function settleOutcome(
  attempt: Attempt,
  outcome: InvocationOutcome,
  policy: Policy,
  events: BatchEvents,
): Promise<Attempt[]> {
  const { records } = attempt;
  const failed = "error" in outcome;
  const verdict = failed
    ? "invalid"
    : policy.reportBatchItemFailures
      ? readResponse(outcome.payload, records)
      : { succeeded: records.length };
  const succeeded = verdict === "invalid" ? 0 : verdict.succeeded;
  events.onOutcome?.(attempt, outcome, succeeded);
  if (succeeded > 0) events.onSuccess(records.slice(0, succeeded));
  if (succeeded === records.length) return [];
  events.onError(failed);
  const tried: Attempt = {
    records: records.slice(succeeded),
    retries: attempt.retries,
    invocations: attempt.invocations + 1,
    requestId: outcome.requestId,
    functionError: failed ? "Unhandled" : null,
  };
  if (policy.bisectBatchOnFunctionError && succeeded > 0) return [tried];
  if (policy.bisectBatchOnFunctionError && verdict === "invalid" && records.length > 1) {
    const middle = Math.ceil(records.length / 2);
    return [
      { ...tried, records: records.slice(middle) },
      { ...tried, records: records.slice(0, middle) },
    ];
  }
  if (policy.maximumRetryAttempts >= 0 && tried.retries >= policy.maximumRetryAttempts) {
    await events.onDiscarded(tried, "RetryAttemptsExhausted");
    return [];
  }
  events.onRetry(tried.retries, outcome);
  await events.backOff(tried.retries);
  return [{ ...tried, retries: tried.retries + 1 }];
}
