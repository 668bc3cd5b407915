import type { ProducerMetrics } from "../core/metrics";
import { format } from "./progress";

/** What a run of the command line did. */
export interface Summary {
  readonly stream: string;
  /** Records on the stream. */
  readonly sent: number;
  /** Records given up; they are in the spool file. */
  readonly undelivered: number;
  /** What the last of them was given up for. */
  readonly undeliveredReason: string | undefined;
  readonly badLines: number;
  /** Where and why the file could not be read on. */
  readonly brokenOff: string | undefined;
  readonly spool: string | undefined;
  readonly seconds: number;
  /** Signal that stopped it. */
  readonly stoppedBy: NodeJS.Signals | undefined;
  readonly metrics: ProducerMetrics;
}

export function summaryLine(summary: Summary): string {
  const { stream, sent, undelivered, undeliveredReason, badLines, brokenOff } = summary;
  const { spool, seconds, stoppedBy, metrics } = summary;
  const { throttles, failures, latencyMs, shards } = metrics;
  const retried = throttles + failures - undelivered;
  return [
    `Sent ${format(sent)} ${sent === 1 ? "record" : "records"} to ${stream} in ${seconds.toFixed(1)} s`,
    ` (${format(Math.round(sent / seconds))}/s, ${shards.length} ${shards.length === 1 ? "shard" : "shards"}`,
    `, median latency ${Math.round(latencyMs.p50)} ms${retried > 0 ? `, ${format(retried)} ${retried === 1 ? "retry" : "retries"}` : ""})`,
    badLines > 0 ? `; ${format(badLines)} bad ${badLines === 1 ? "line" : "lines"} skipped` : "",
    brokenOff ? `; ${brokenOff}` : "",
    undelivered > 0 ? `; ${format(undelivered)} undelivered${spool ? `, kept in ${spool}` : ""}` : "",
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
  // Stopping is how an endless run ends.
  return stoppedBy === undefined || endless ? 0 : 128 + (signalNumbers[stoppedBy] ?? 0);
}
