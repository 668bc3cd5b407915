export { type Clock, systemClock, VirtualClock } from "./clock";
export { Kinesis, type KinesisOptions, type Put } from "./kinesis";
export { AwsError } from "./protocol/errors";
export type { Input, OperationName, Output } from "./protocol/model";
export { type Endpoint, type ListenOptions, listen } from "./server/listen";
