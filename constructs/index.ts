export type { PolicyStatement } from "./access/policy-statement";
export type { Grantee, RoleReference } from "./access/role";
export {
  Catalog,
  type CatalogProps,
  type RawTableProps,
} from "./catalog/catalog";
export { type ExistingTableProps, type GlueTable, LakeTable, type TableObjects } from "./catalog/lake-table";
export {
  type DatePartition,
  daily,
  type EnumPartition,
  type InjectedPartition,
  type IntegerPartition,
  type TablePartition,
} from "./catalog/partition";
export type { StorageFormat } from "./catalog/storage-format";
export type { Column, TableProps } from "./catalog/table-props";
export { CustomerManagedKey, type CustomerManagedKeyProps } from "./core/customer-managed-key";
export type { KeyReference } from "./core/key";
export { type NameContext, setNames } from "./core/names";
export { problemsOf } from "./core/problems";
export type { DeadLetterQueue, DeadLetterQueueProps, QueueReference } from "./ingest/dead-letter-queue";
export {
  type ExistingStreamProps,
  type IStream,
  type ShardLevelMetric,
  Stream,
  type StreamProps,
  type StreamReference,
} from "./ingest/stream";
export { StreamDelivery } from "./ingest/stream-delivery";
export type { DeliveryProps, LakeFolder, StreamDeliveryProps } from "./ingest/stream-delivery-props";
export { StreamProcessor } from "./ingest/stream-processor";
export type {
  FunctionProps,
  FunctionReference,
  IFunction,
  StreamMappingProps,
  StreamProcessorProps,
} from "./ingest/stream-processor-props";
export { StreamingIngest, type StreamingIngestProps } from "./ingest/streaming-ingest";
export { AccessLogBucket, type AccessLogBucketProps } from "./lake/access-log-bucket";
export { type AccessLogProps, DataLake, type DataLakeProps } from "./lake/data-lake";
export type { ExistingLakeProps, ILake } from "./lake/lake";
export type { LakeRetentionProps } from "./lake/lifecycle";
export { type Zones, zones } from "./lake/zones";
export type { AlarmProps } from "./monitoring/alarm";
export type { AlarmTopicProps, TopicReference } from "./monitoring/alarm-topic";
export { CostBudget, type CostBudgetProps } from "./monitoring/cost-budget";
export { Dashboard, type DashboardProps } from "./monitoring/dashboard";
export {
  IngestMonitoring,
  type IngestMonitoringProps,
  type MonitoredIngest,
} from "./monitoring/ingest-monitoring";
export { type Metric, type MetricMath, nothingOf } from "./monitoring/metric";
export { BatchRollup, type BatchRollupProps } from "./query/batch-rollup";
export { QueryLayer, type QueryLayerProps, type WorkgroupReference } from "./query/query-layer";
export type { NamedQueryProps, QueryTextProps } from "./query/query-text";
