/**
 * Figures that the estimate assumes because a stack does not contain them. `npm run bench -- cost` measures them for
 * this pipeline, and `__tests__/cli/cost/assumptions.test.ts` compares the results with these.
 */
export const assumptions = {
  /** Bytes of GZIP for a byte of JSON, and bytes of an object in addition to its readings. Measured: 0.084 and 48. */
  gzip: { ratio: 0.09, objectBytes: 100 },
  /**
   * Bytes of Parquet with Snappy for a byte of JSON, and bytes of an object in addition to its readings. Measured with
   * DuckDB's writer, which is not the one that Firehose uses: 0.039 and 1,478.
   */
  parquet: { ratio: 0.05, objectBytes: 1_500 },

  /** GET requests that Athena makes for a Parquet object: one for its footer and one for its columns. Not measured. */
  getsAnObject: 2,

  /** Bytes of metrics that an invocation logs. Measured: 635 for one reading, 1,337 for 100, 3,300 for 10,000. */
  metricsLine: { bytes: 640, bytesAReading: 7, mostBytes: 3_300 },
  /** Bytes of Lambda's own START, END and REPORT lines and of the overhead of each log event. Not measured. */
  platformLineBytes: 600,
  /** Size of a stored log relative to its bytes, because AWS compresses it: https://aws.amazon.com/cloudwatch/pricing/ */
  storedLogRatio: 0.15,
  /** Custom metrics that the function creates: functions/process-readings/README.md */
  customMetrics: 10,

  /** Milliseconds of one vCPU for a reading. Measured: 0.006. */
  millisecondsAReading: 0.006,
  /** Milliseconds of one vCPU that Lambda's runtime adds to an invocation, whatever its readings. Not measured. */
  millisecondsAnInvocation: 1,
  /** Milliseconds between two batches of a shard. Not measured. */
  millisecondsBetweenBatches: 20,

  /** Bytes of an aggregated record, and how long the producer waits to fill it. These are the producer's defaults. */
  aggregateBytes: 51_200,
  lingerSeconds: 0.1,
  /** Bytes that the aggregation format adds to a reading: tags, lengths and the index of its partition key. */
  aggregateOverheadBytes: 8,
} as const;

/** Lambda gives one vCPU at 1,769 MB, and a proportional share below that: https://docs.aws.amazon.com/lambda/latest/dg/configuration-memory.html */
export const vcpuMegabytes = 1_769;
