import { readingMetrics } from "@streaming-data-lake/dataset/metrics";
import type { Counters, RunSummary } from "@streaming-data-lake/runner";

/** The result of a run of the project's stack, counted in readings. `npm start -- --json` prints it. */
export interface ReadingSummary extends Pick<RunSummary, "produced" | "delivery" | "queries" | "seconds"> {
  readonly lambda: {
    readonly processed: number;
    readonly invalid: number;
    /** Records that were discarded after their retries. `dead-letters.ndjson` describes them. */
    readonly failed: number;
    /** Readings above the alert threshold. */
    readonly alerts: number;
  };
}

/** Adds up what the functions report about their readings in embedded metrics. */
export function summarizeReadings({ lambda, alarms: _, ...rest }: RunSummary): ReadingSummary {
  const functions = Object.values(lambda.metrics);
  const sum = (name: string) => functions.reduce((total, metrics) => total + (metrics[name]?.sum ?? 0), 0);
  return {
    ...rest,
    lambda: {
      processed: sum(readingMetrics.processed),
      invalid: sum(readingMetrics.rejected),
      failed: lambda.failedUserRecords,
      alerts: sum(readingMetrics.high),
    },
  };
}

/**
 * Finds differences between the readings that a function was given and those that it counted, one sentence each. They
 * are compared only when nothing was retried, because a retried reading is counted twice.
 */
export function findReadingDiscrepancies({ mappings, functions }: Counters): string[] {
  return mappings.flatMap(({ functionName, userRecords, errors, filtered }) => {
    const metrics = functions.find(({ name }) => name === functionName)?.metrics ?? {};
    const counted =
      (metrics[readingMetrics.processed]?.sum ?? 0) + (metrics[readingMetrics.rejected]?.sum ?? 0);
    return errors > 0 || filtered > 0 || counted === userRecords
      ? []
      : [`readings counted by ${functionName}: expected ${userRecords}, counted ${counted}`];
  });
}
