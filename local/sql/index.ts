export { QueryError } from "./errors";
export { formatTable, type TableOptions } from "./format-table";
export {
  type Lake,
  type LakeOptions,
  openLake,
  type QueryColumn,
  type QueryOptions,
  type QueryResult,
  type QueryStatistics,
  type Row,
  type TableScan,
} from "./lake";
export {
  latestRun,
  type RollUpOptions,
  rollUp,
  runAfterHour,
  runSchedule,
  type ScheduleRun,
} from "./schedule";
export type { Value } from "./values";
