export { QueryError } from "./errors";
export { type Lake, type LakeOptions, openLake } from "./lake";
export type { QueryColumn, QueryOptions, QueryResult, QueryStatistics, Row, TableScan } from "./result";
export {
  latestRun,
  type RollUpOptions,
  rollUp,
  runAfterHour,
  runSchedule,
  type ScheduleRun,
} from "./schedule";
export type { Value } from "./values";
