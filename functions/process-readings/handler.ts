import type { Logger } from "@aws-lambda-powertools/logger";
import type { Context, KinesisStreamBatchResponse, KinesisStreamEvent } from "aws-lambda";
import { logOutcome } from "./log";
import { embeddedMetrics } from "./metrics";
import { processRecords } from "./process";
import { RecentAlerts } from "./recent-alerts";
import type { FunctionSettings } from "./settings";

/** Time reserved for writing the log and answering: a tenth of the time left at the start, but at most one second. */
const reserve = { share: 0.1, milliseconds: 1_000 };
const rememberedAlerts = 10_000;

export interface Dependencies {
  readonly settings: FunctionSettings;
  readonly logger: Pick<Logger, "addContext" | "warn" | "error">;
  /** Writes one line of embedded metrics, which is given without a newline. */
  readonly writeMetrics: (line: string) => void;
  /** Returns the current time in milliseconds since 1970. */
  readonly now: () => number;
}

/**
 * A handler of Kinesis events that answers with a partial batch response: at most one item, the lowest sequence number
 * that was not processed. https://docs.aws.amazon.com/lambda/latest/dg/services-kinesis-batchfailurereporting.html
 */
export function createHandler({ settings, logger, writeMetrics, now }: Dependencies) {
  const recentAlerts = new RecentAlerts(rememberedAlerts);

  return async (event: KinesisStreamEvent, context: Context): Promise<KinesisStreamBatchResponse> => {
    const startedAt = now();
    const stopBelow = Math.min(reserve.milliseconds, reserve.share * context.getRemainingTimeInMillis());
    logger.addContext(context);

    const processed = processRecords(event.Records, {
      alertThreshold: settings.alertThreshold,
      now: startedAt,
      outOfTime: () => context.getRemainingTimeInMillis() < stopBelow,
    });
    const { outcome, resumeAt } = processed;
    const alerts = [...outcome.alerts.values()].filter((alert) => recentAlerts.add(alert));

    logOutcome(processed, alerts, logger);
    const properties = {
      service: settings.service,
      function_request_id: context.awsRequestId,
      rejected: outcome.rejectedCount,
      alerts: alerts.length,
      duration_ms: now() - startedAt,
    };
    for (const metrics of embeddedMetrics(outcome, resumeAt !== undefined, settings, startedAt, properties))
      writeMetrics(JSON.stringify(metrics));

    return { batchItemFailures: resumeAt === undefined ? [] : [{ itemIdentifier: resumeAt }] };
  };
}
