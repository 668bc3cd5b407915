import type { ProducerMetrics } from "../core/metrics";
import { formatCount } from "./progress";

/** The result of a run of the command. */
export interface Summary {
  readonly stream: string;
  /** Records that are on the stream. */
  readonly sent: number;
  /** Records that were given up and are in the spool file. */
  readonly undelivered: number;
  /** Why the last undelivered record was given up. */
  readonly undeliveredReason: string | undefined;
  readonly badLines: number;
  /** Where and why reading the file failed. */
  readonly brokenOff: string | undefined;
  readonly spool: string | undefined;
  readonly seconds: number;
  /** Signal that stopped the run. */
  readonly stoppedBy: NodeJS.Signals | undefined;
  readonly metrics: ProducerMetrics;
}

export function summaryLine(summary: Summary): string {
  const { stream, sent, undelivered, undeliveredReason, badLines, brokenOff } = summary;
  const { spool, seconds, stoppedBy, metrics } = summary;
  const { throttles, failures, latencyMs, shards } = metrics;
  const retried = throttles + failures - undelivered;
  return [
    `Sent ${formatCount(sent)} ${sent === 1 ? "record" : "records"} to ${stream} in ${seconds.toFixed(1)} s`,
    ` (${formatCount(Math.round(sent / seconds))}/s, ${shards.length} ${shards.length === 1 ? "shard" : "shards"}`,
    `, median latency ${Math.round(latencyMs.p50)} ms${retried > 0 ? `, ${formatCount(retried)} ${retried === 1 ? "retry" : "retries"}` : ""})`,
    badLines > 0 ? `; ${formatCount(badLines)} bad ${badLines === 1 ? "line" : "lines"} skipped` : "",
    brokenOff ? `; ${brokenOff}` : "",
    undelivered > 0 ? `; ${formatCount(undelivered)} undelivered${spool ? `, kept in ${spool}` : ""}` : "",
    undelivered > 0 && undeliveredReason ? ` (${undeliveredReason})` : "",
    stoppedBy ? `; stopped by ${stoppedBy}` : "",
    ".",
  ].join("");
}

export function summaryJson({ metrics, ...summary }: Summary): string {
  return JSON.stringify({ ...summary, seconds: Number(summary.seconds.toFixed(3)), metrics });
}

const signalNumbers: Partial<Record<NodeJS.Signals, number>> = { SIGINT: 2, SIGTERM: 15 };

export function exitCode({ undelivered, badLines, brokenOff, stoppedBy }: Summary, endless: boolean): number {
  if (undelivered > 0 || badLines > 0 || brokenOff) return 1;
  // Being stopped is the normal end of an endless run.
  return stoppedBy === undefined || endless ? 0 : 128 + (signalNumbers[stoppedBy] ?? 0);
}
