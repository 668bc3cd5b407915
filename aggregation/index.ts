/**
 * The aggregated record of the Kinesis Producer Library: many user records in one Kinesis record.
 * https://github.com/awslabs/amazon-kinesis-producer/blob/master/aggregation-format.md
 */
export { decodeAggregate, isAggregate } from "./decode";
export { Aggregate } from "./encode";
export type { UserRecord } from "./user-record";
