import { type Charge, charge } from "../cost/charge";
import { scanCharge } from "../cost/lake";
import type { Setup } from "../cost/setup";
import { deliveryCharges } from "../cost/stream";

export interface Work {
  /** Readings that were sent. */
  readonly count: number;
  /** Bytes that each query has scanned. */
  readonly scans: readonly number[];
  /** How often the pipeline was looked at. */
  readonly looks: number;
}

/** The least that Kinesis charges for a record of an on-demand stream. A reading is smaller. Bytes. */
const smallestRecord = 1024;
const gigabyte = 2 ** 30;
const daySeconds = 86_400;
/** Metrics that are read at each look: those of the stream and the function, and the rejections by reason. */
const metricsALook = 6;
/** S3 requests that each look makes at least. It lists two zones, and gets an object of each. */
const callsALook = 2;

/** What a run adds to the bill of an existing stack: the cost of its records and of looking for them. */
export function costOf(setup: Setup, { count, scans, looks }: Work) {
  const charges: Charge[] = [
    setup.streamMode === "ON_DEMAND"
      ? charge("Kinesis", "onDemandIn", (count * smallestRecord) / gigabyte)
      : charge("Kinesis", "putPayloadUnit", count),
    charge("Lambda", "lambdaRequest", Math.ceil(count / setup.batchSize)),
    ...deliveryCharges(setup, { perSecond: count / daySeconds, bytes: 1 }),
    charge("S3", "put", callsALook * looks),
    charge("S3", "get", callsALook * looks),
    charge("CloudWatch", "metricRequest", metricsALook * looks),
    ...scans.map((bytes) => scanCharge(bytes)),
  ];
  return { charges, dollars: charges.reduce((sum, { dollars }) => sum + dollars, 0) };
}
