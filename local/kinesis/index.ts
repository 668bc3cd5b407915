export { type Clock, systemClock, VirtualClock } from "./clock";
export type { Put, Throttle } from "./context";
export { Kinesis, type KinesisOptions } from "./kinesis";
export { AwsError } from "./protocol/errors";
export type { Input, OperationName, Output } from "./protocol/model";
export { type ReaderStart, type ReadLimits, ShardReader } from "./reader";
export { type Endpoint, type ListenOptions, listen } from "./server/listen";
