export { type Lake, type LakeOptions, openLake } from "./engine/lake";
export { QueryError } from "./errors";
export type {
  QueryColumn,
  QueryOptions,
  QueryResult,
  QueryStatistics,
  Row,
  StatementAccess,
  TableScan,
  TakeRows,
  Value,
} from "./result";
export {
  latestRun,
  type RollUpOptions,
  rollUp,
  runAfterHour,
  runSchedule,
  type ScheduleRun,
} from "./schedule";
