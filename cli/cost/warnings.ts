import { streamLimits } from "@streaming-data-lake/rules/limits";
import { parquetBytesADay } from "./lake";
import { pricesRegion } from "./prices";
import type { Setup } from "./setup";
import type { Load, Traffic } from "./traffic";

const count = (value: number) => Math.ceil(value).toLocaleString("en-US");
const gibibytes = (bytes: number) =>
  `${(bytes / 2 ** 30).toLocaleString("en-US", { maximumFractionDigits: 1 })} GiB`;

/** Concurrent executions that a new account has in us-east-1: https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html */
const concurrencyQuota = 1_000;
const onDemandBytes = 10 * 2 ** 30;

/** One sentence, with the remedy, for each reason why a stack can't take a load or needs a higher quota for it. */
export function warningsOf(setup: Setup, load: Load, traffic: Traffic): string[] {
  const warnings: string[] = [];
  const { shardsNeeded, shards, lanes, laneLoad, batchMilliseconds, invocationsPerSecond } = traffic;
  if (setup.streamMode === "PROVISIONED" && shards < shardsNeeded)
    warnings.push(
      `the stream can't take it: ${count(shardsNeeded)} shards are needed and shardCount is ${count(shards)}` +
        (load.aggregate ? "" : "; aggregation may need fewer (--aggregate)"),
    );
  if (setup.streamMode === "PROVISIONED" && shards > streamLimits.shardCount.maximum)
    warnings.push(
      `an account has ${count(streamLimits.shardCount.maximum)} shards until its quota is raised`,
    );
  if (setup.streamMode === "ON_DEMAND" && traffic.bytesPerSecond > onDemandBytes)
    warnings.push("an on-demand stream takes 10 GB/s at most: use several streams");
  if (laneLoad > 1)
    warnings.push(
      `the function falls behind: ${invocationsPerSecond.toFixed(0)} batches a second over ${count(lanes)} at a time; ` +
        "raise batchSize, parallelizationFactor or functionMemoryMegabytes",
    );
  if (batchMilliseconds > setup.functionTimeoutSeconds * 1_000)
    warnings.push(
      `a batch takes ${count(batchMilliseconds / 1_000)} s and functionTimeoutSeconds is ${setup.functionTimeoutSeconds}; lower batchSize`,
    );
  if (lanes * Math.min(1, laneLoad) > concurrencyQuota)
    warnings.push(
      `${count(lanes * Math.min(1, laneLoad))} invocations run at a time; an account has ${count(concurrencyQuota)} until its quota is raised`,
    );
  // The last scheduled run of a day reads the whole day.
  const scan = parquetBytesADay(setup, load);
  if (setup.scheduledQueries > 0 && scan > setup.scanCutoffBytes)
    warnings.push(
      `the hourly roll-up scans up to ${gibibytes(scan)} and scanCutoffMebibytes stops it at ${gibibytes(setup.scanCutoffBytes)}`,
    );
  if (setup.region !== pricesRegion)
    warnings.push(`the stack is in ${setup.region}; the prices are those of ${pricesRegion}`);
  return warnings;
}
