/**
 * Limits of a shard per second: records and bytes written, bytes read, and GetRecords calls.
 *
 * https://docs.aws.amazon.com/streams/latest/dev/service-sizes-and-limits.html
 */
export const shardLimits = {
  recordsIn: 1000,
  bytesIn: 1024 * 1024,
  bytesOut: 2 * 1024 * 1024,
  readsOut: 5,
};
