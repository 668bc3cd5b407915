export type { KinesisOptions, Put, Throttle } from "./account";
export { type Clock, systemClock, VirtualClock } from "./clock";
export { type DirectRead, type DirectReadInput, type DirectRecord, readDirectly } from "./direct-read";
export { Kinesis } from "./kinesis";
export { AwsError } from "./protocol/errors";
export type { Input, OperationName, Output } from "./protocol/model";
export { type Endpoint, type ListenOptions, listen } from "./server/listen";
