import type { EventSourceMapping } from "@streaming-data-lake/terraform/types";
import type { KinesisRecord } from "../stream/stream-source";
import type { Condition } from "./dead-letters";
import type { Outcome } from "./process/worker";
import { readResponse } from "./response";

type Policy = Pick<
  EventSourceMapping,
  | "bisectBatchOnFunctionError"
  | "maximumRetryAttempts"
  | "maximumRecordAgeSeconds"
  | "reportBatchItemFailures"
>;

/** A batch, or what is left of one, with its history. */
interface Attempt {
  readonly records: readonly KinesisRecord[];
  readonly retries: number;
  readonly invocations: number;
  readonly requestId: string;
  readonly functionError: "Unhandled" | null;
}

export interface BatchEvents {
  readonly invoke: (records: readonly KinesisRecord[]) => Promise<Outcome>;
  /** Called with how many of the records, from the first on, an invocation has succeeded with. @default - none */
  readonly onJudged?: (
    attempt: Pick<Attempt, "records" | "retries">,
    outcome: Outcome,
    succeeded: number,
  ) => void;
  /** These records, the next in their order, are done with. */
  readonly onSuccess: (records: readonly KinesisRecord[]) => void;
  /** Resolves when it is on record that they were given up. */
  readonly onGivenUp: (attempt: Attempt, condition: Condition) => Promise<void>;
  /** @param failed Whether the invocation ended with an error, and not with failed items. */
  readonly onError: (failed: boolean) => void;
  /** @param retries How many there were before. */
  readonly onRetry: (retries: number, outcome: Outcome) => void;
  /** Waits before a retry; the number of retries before it begins with 0. */
  readonly backOff: (retries: number) => Promise<void>;
  readonly now: () => number;
  readonly stopped: () => boolean;
}

/**
 * Takes a batch to its end: every record succeeds or is given up, in order.
 *
 * - A failed invocation is retried up to `maximumRetryAttempts`; -1 is without end.
 * - Records older than `maximumRecordAgeSeconds` are given up, also before they are tried for the first time.
 * - With `bisectBatchOnFunctionError` a failed batch of several records is split in two; splits cost no retry.
 * - A partial response keeps what comes before the lowest failed sequence number and retries the rest; with
 *   bisecting that is a split and costs no retry, unless nothing came before it.
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
    const attempt = await giveUpOld(next, policy, events);
    if (events.stopped()) return;
    if (attempt.records.length === 0) continue;
    const outcome = await events.invoke(attempt.records);
    if (events.stopped()) return;
    left.push(...(await judge(attempt, outcome, policy, events)));
  }
}

async function giveUpOld(attempt: Attempt, policy: Policy, events: BatchEvents): Promise<Attempt> {
  if (policy.maximumRecordAgeSeconds < 0) return attempt;
  const oldest = events.now() - policy.maximumRecordAgeSeconds * 1000;
  const young = attempt.records.findIndex(({ arrival }) => arrival >= oldest);
  const count = young < 0 ? attempt.records.length : young;
  if (count === 0) return attempt;
  await events.onGivenUp({ ...attempt, records: attempt.records.slice(0, count) }, "RecordAgeExceeded");
  return { ...attempt, records: attempt.records.slice(count) };
}

/** @returns what is left to do, the next at the end. */
async function judge(
  attempt: Attempt,
  outcome: Outcome,
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
  events.onJudged?.(attempt, outcome, succeeded);
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
    await events.onGivenUp(tried, "RetryAttemptsExhausted");
    return [];
  }
  events.onRetry(tried.retries, outcome);
  await events.backOff(tried.retries);
  return [{ ...tried, retries: tried.retries + 1 }];
}
