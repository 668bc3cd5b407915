export { QueryError } from "./errors";
export {
  type Lake,
  type LakeOptions,
  openLake,
  type QueryColumn,
  type QueryOptions,
  type QueryResult,
  type QueryStatistics,
  type Row,
} from "./lake";
export type { Value } from "./values";
