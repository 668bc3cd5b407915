import type { Context, KinesisStreamBatchResponse, KinesisStreamEvent } from "aws-lambda";
import type { Alert } from "./outcome";
import { processRecords } from "./process";
import { report } from "./report";
import type { Settings } from "./settings";

/** Time kept back for writing the log and answering: a tenth of what is left at the start, at most a second. */
const reserve = { share: 0.1, milliseconds: 1_000 };
/** Alerts remembered so that a batch which comes again does not log them again. */
const rememberedAlerts = 1_000;

export interface Dependencies {
  readonly settings: Settings;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** Takes whole lines, each with its newline. */
  readonly write: (lines: string) => void;
}

/**
 * A handler of Kinesis events that answers with a partial batch response: at most one item, the lowest sequence number
 * that was not processed. https://docs.aws.amazon.com/lambda/latest/dg/services-kinesis-batchfailurereporting.html
 */
export function createHandler({ settings, now, write }: Dependencies) {
  const logged = new Set<string>();
  let coldStart = true;

  function firstTime({ id }: Alert): boolean {
    if (logged.has(id)) return false;
    logged.add(id);
    if (logged.size > rememberedAlerts) {
      const [oldest] = logged;
      if (oldest !== undefined) logged.delete(oldest);
    }
    return true;
  }

  return async function handler(
    event: KinesisStreamEvent,
    context: Context,
  ): Promise<KinesisStreamBatchResponse> {
    const startedAt = now();
    const stopBelow = Math.min(reserve.milliseconds, reserve.share * context.getRemainingTimeInMillis());
    const processed = processRecords(event.Records, {
      alertThreshold: settings.alertThreshold,
      now: startedAt,
      outOfTime: () => context.getRemainingTimeInMillis() < stopBelow,
    });
    const alerts = [...processed.outcome.alerts.values()].filter(firstTime);
    const invocation = { requestId: context.awsRequestId, coldStart, startedAt, endedAt: now() };
    coldStart = false;
    write(
      report(processed, alerts, invocation, settings)
        .map((line) => `${line}\n`)
        .join(""),
    );
    const { resumeAt } = processed;
    return { batchItemFailures: resumeAt === undefined ? [] : [{ itemIdentifier: resumeAt }] };
  };
}
