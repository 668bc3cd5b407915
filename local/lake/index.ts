export { type Lake, type LakeOptions, openLake } from "./engine/lake";
export type { ParameterValue } from "./engine/parameters";
export { QueryError } from "./errors";
export type {
  DefinitionAccess,
  QueryColumn,
  QueryOptions,
  QueryResult,
  QueryStatistics,
  ResultValue,
  Row,
  StatementAccess,
  TableScan,
  TakeRows,
} from "./result";
export {
  latestRun,
  runAfterHour,
  runSchedule,
  type ScheduleOptions,
  type ScheduleRun,
} from "./schedule";
export { type ScheduleTimes, timesOf } from "./schedule-times";
