export type { Counters, DeliveryCounters, MappingCounters, StreamCounters } from "./counters";
export { type Runner, type RunnerOptions, startRunner } from "./runner";
export { findRunner, type RuntimeFile } from "./runtime-file";
export { loadStack, StackError } from "./stack/index";
export type * from "./stack/types";
