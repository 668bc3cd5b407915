import { assumptions } from "./assumptions";
import { type Charge, charge, monthDays } from "./charge";
import type { Setup } from "./setup";
import type { Traffic } from "./traffic";

const daySeconds = 86_400;
const gigabyte = 2 ** 30;

/** https://aws.amazon.com/lambda/pricing/ */
export function functionCharges(setup: Setup, traffic: Traffic): Charge[] {
  const invocations = traffic.invocationsPerSecond * daySeconds;
  // Lambda bills by the millisecond, rounded up.
  const seconds = (invocations * Math.ceil(traffic.batchMilliseconds)) / 1_000;
  const gigabyteSeconds = seconds * (setup.functionMemoryMegabytes / 1024);
  return [
    charge("Lambda", "lambdaRequest", invocations),
    charge("Lambda", setup.architecture === "arm64" ? "lambdaArm" : "lambdaX86", gigabyteSeconds),
    charge("X-Ray", "trace", setup.tracing ? tracesPerSecond(traffic.invocationsPerSecond) * daySeconds : 0),
  ];
}

/** X-Ray records the first request of each second and 5 % of the others: https://docs.aws.amazon.com/lambda/latest/dg/services-xray.html */
function tracesPerSecond(invocationsPerSecond: number): number {
  const first = Math.min(1, invocationsPerSecond);
  return first + 0.05 * (invocationsPerSecond - first);
}

/** https://aws.amazon.com/cloudwatch/pricing/ */
export function monitoringCharges(setup: Setup, traffic: Traffic): Charge[] {
  const { bytes, bytesAReading, mostBytes } = assumptions.metricsLine;
  const metrics = Math.min(mostBytes, bytes + bytesAReading * traffic.readingsABatch);
  const logged = traffic.invocationsPerSecond * daySeconds * (metrics + assumptions.platformLineBytes);
  const gigabytes = logged / gigabyte;
  const cloudWatch = (what: Parameters<typeof charge>[1], quantity: number) =>
    charge("CloudWatch", what, quantity);
  return [
    cloudWatch("logsIngestion", gigabytes),
    cloudWatch("logsStorage", (gigabytes * setup.logRetentionDays * assumptions.storedLogRatio) / monthDays),
    cloudWatch("metric", assumptions.customMetrics / monthDays),
    cloudWatch("alarm", setup.alarmMetrics / monthDays),
    cloudWatch("dashboard", setup.dashboards / monthDays),
  ];
}
