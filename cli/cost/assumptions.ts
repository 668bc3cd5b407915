/**
 * What the estimate assumes because a stack does not say it. `npm run bench -- cost` measures the figures of this
 * pipeline, and `__tests__/cli/cost/assumptions.test.ts` compares them.
 */
export const assumptions = {
  /** Bytes of gzip for a byte of JSON, and what an object has beside its readings. Measured: 0.084 and 48. */
  gzip: { ratio: 0.09, objectBytes: 100 },
  /** The same for Parquet with Snappy. Measured: 0.039 and 1,478, by DuckDB's writer; Firehose's is another. */
  parquet: { ratio: 0.05, objectBytes: 1_500 },

  /** Ranges that Athena reads of a Parquet object: its footer, and its columns together. Not measured. */
  getsAnObject: 2,

  /** Bytes of metrics that an invocation logs. Measured: 635 for one reading, 1,337 for 100, 3,300 for 10,000. */
  metricsLine: { bytes: 640, bytesAReading: 7, mostBytes: 3_300 },
  /** Bytes of Lambda's own START, END and REPORT lines and of the frame of each log event: not measured. */
  platformLineBytes: 600,
  /** Part of its bytes that a stored log takes, as AWS compresses it: https://aws.amazon.com/cloudwatch/pricing/ */
  storedLogRatio: 0.15,
  /** Custom metrics that the function makes: functions/process-readings/README.md */
  customMetrics: 10,

  /** Milliseconds of one vCPU for a reading. Measured: 0.006. */
  millisecondsAReading: 0.006,
  /** Milliseconds of one vCPU for an invocation beside its readings: Lambda's runtime, not measured. */
  millisecondsAnInvocation: 1,
  /** Milliseconds between two batches of a shard: not measured. */
  millisecondsBetweenBatches: 20,

  /** Bytes of an aggregated record, and how long the producer waits to fill it: its defaults. */
  aggregateBytes: 51_200,
  lingerSeconds: 0.1,
  /** Bytes that the format adds to a reading: tags, lengths and the place of its key. */
  aggregateOverheadBytes: 8,
} as const;

/** Lambda gives a vCPU at 1,769 MB, in proportion below it: https://docs.aws.amazon.com/lambda/latest/dg/configuration-memory.html */
export const vcpuMegabytes = 1_769;
