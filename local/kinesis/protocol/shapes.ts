import { blob, boolean, integer, lazyList, list, long, map, string, structure, timestamp } from "./shape";

// Shapes that operations share, with the constraints of AWS's service model.
export const tagKey = string({ min: 1, max: 128 });
const tagValue = string({ min: 0, max: 256 });
export const tagMap = map(tagKey, tagValue, { min: 1, max: 200 });
export const streamNameShape = string({ pattern: "[a-zA-Z0-9_.-]+", min: 1, max: 128 });
export const streamArn = string({ pattern: "arn:aws.*:kinesis:.*:\\d{12}:stream/\\S+", min: 1, max: 2048 });
export const streamId = string({ pattern: "[a-z0-9]{20}-[a-z0-9]{3}", min: 1, max: 24 });
export const positiveIntegerObject = integer({ min: 1 });
export const streamMode = string({ enum: ["PROVISIONED", "ON_DEMAND"] });
export const streamModeDetails = structure({ StreamMode: streamMode }, ["StreamMode"]);
export const naturalIntegerObject = integer({ min: 0 });
export const maxRecordSizeInKiB = integer({ min: 1024, max: 10240 });
export const retentionPeriodHours = integer();
export const resourceArn = string({
  pattern: "arn:aws.*:kinesis:.*:\\d{12}:.*stream/\\S+",
  min: 1,
  max: 2048,
});
export const consumerName = string({ pattern: "[a-zA-Z0-9_.-]+", min: 1, max: 128 });
export const consumerArn = string({
  pattern: "^(arn):aws.*:kinesis:.*:\\d{12}:.*stream\\/[a-zA-Z0-9_.-]+\\/consumer\\/[a-zA-Z0-9_.-]+:[0-9]+",
  min: 1,
  max: 2048,
});
const minimumThroughputBillingCommitmentOutputStatus = string({
  enum: ["ENABLED", "DISABLED", "ENABLED_UNTIL_EARLIEST_ALLOWED_END"],
});
export const minimumThroughputBillingCommitmentOutput = structure(
  {
    Status: minimumThroughputBillingCommitmentOutputStatus,
    StartedAt: timestamp,
    EndedAt: timestamp,
    EarliestAllowedEndAt: timestamp,
  },
  ["Status"],
);
export const shardCountObject = integer({ min: 0, max: 1000000 });
export const shardId = string({ pattern: "[a-zA-Z0-9_.-]+", min: 1, max: 128 });
export const streamStatus = string({ enum: ["CREATING", "DELETING", "ACTIVE", "UPDATING"] });
export const hashKey = string({ pattern: "0|([1-9]\\d{0,38})" });
const hashKeyRange = structure({ StartingHashKey: hashKey, EndingHashKey: hashKey }, [
  "StartingHashKey",
  "EndingHashKey",
]);
export const sequenceNumber = string({ pattern: "0|([1-9]\\d{0,128})" });
const sequenceNumberRange = structure(
  { StartingSequenceNumber: sequenceNumber, EndingSequenceNumber: sequenceNumber },
  ["StartingSequenceNumber"],
);
const shard = structure(
  {
    ShardId: shardId,
    ParentShardId: shardId,
    AdjacentParentShardId: shardId,
    HashKeyRange: hashKeyRange,
    SequenceNumberRange: sequenceNumberRange,
  },
  ["ShardId", "HashKeyRange", "SequenceNumberRange"],
);
export const shardList = list(shard);
export const metricsName = string({
  enum: [
    "IncomingBytes",
    "IncomingRecords",
    "OutgoingBytes",
    "OutgoingRecords",
    "WriteProvisionedThroughputExceeded",
    "ReadProvisionedThroughputExceeded",
    "IteratorAgeMilliseconds",
    "ALL",
  ],
});
export const metricsNameList = list(metricsName, { min: 1, max: 7 });
const enhancedMetrics = structure({ ShardLevelMetrics: metricsNameList });
const enhancedMonitoringList = list(enhancedMetrics);
export const encryptionType = string({ enum: ["NONE", "KMS"] });
export const keyId = string({ min: 1, max: 2048 });
export const streamDescription = structure(
  {
    StreamName: streamNameShape,
    StreamARN: streamArn,
    StreamStatus: streamStatus,
    StreamModeDetails: streamModeDetails,
    Shards: shardList,
    HasMoreShards: boolean,
    RetentionPeriodHours: retentionPeriodHours,
    StreamCreationTimestamp: timestamp,
    EnhancedMonitoring: enhancedMonitoringList,
    EncryptionType: encryptionType,
    KeyId: keyId,
  },
  [
    "StreamName",
    "StreamARN",
    "StreamStatus",
    "Shards",
    "HasMoreShards",
    "RetentionPeriodHours",
    "StreamCreationTimestamp",
    "EnhancedMonitoring",
  ],
);
const consumerMembers = {
  ConsumerName: consumerName,
  ConsumerARN: consumerArn,
  ConsumerStatus: string({ enum: ["CREATING", "DELETING", "ACTIVE"] }),
  ConsumerCreationTimestamp: timestamp,
} as const;
export const consumer = structure(consumerMembers, [
  "ConsumerName",
  "ConsumerARN",
  "ConsumerStatus",
  "ConsumerCreationTimestamp",
]);
export const consumerDescription = structure({ ...consumerMembers, StreamARN: streamArn }, [
  ...consumer.required,
  "StreamARN",
]);
export const warmThroughputObject = structure({
  TargetMiBps: naturalIntegerObject,
  CurrentMiBps: naturalIntegerObject,
});
export const streamDescriptionSummary = structure(
  {
    StreamName: streamNameShape,
    StreamARN: streamArn,
    StreamId: streamId,
    StreamStatus: streamStatus,
    StreamModeDetails: streamModeDetails,
    RetentionPeriodHours: retentionPeriodHours,
    StreamCreationTimestamp: timestamp,
    EnhancedMonitoring: enhancedMonitoringList,
    EncryptionType: encryptionType,
    KeyId: keyId,
    OpenShardCount: shardCountObject,
    ConsumerCount: integer({ min: 0, max: 1000000 }),
    WarmThroughput: warmThroughputObject,
    MaxRecordSizeInKiB: maxRecordSizeInKiB,
    RecordDistributionStrategy: string({ enum: ["AUTO", "USER_PARTITION_KEY"] }),
  },
  [
    "StreamName",
    "StreamARN",
    "StreamStatus",
    "RetentionPeriodHours",
    "StreamCreationTimestamp",
    "EnhancedMonitoring",
    "OpenShardCount",
  ],
);
export const shardIterator = string({ min: 1, max: 512 });
export const data = blob({ max: 10485760 });
export const partitionKey = string({ min: 1, max: 256 });
const record = structure(
  {
    SequenceNumber: sequenceNumber,
    ApproximateArrivalTimestamp: timestamp,
    Data: data,
    PartitionKey: partitionKey,
    EncryptionType: encryptionType,
  },
  ["SequenceNumber", "Data", "PartitionKey"],
);
export const recordList = lazyList(record);
export const millisBehindLatest = long({ min: 0 });
const childShard = structure({ ShardId: shardId, ParentShards: list(shardId), HashKeyRange: hashKeyRange }, [
  "ShardId",
  "ParentShards",
  "HashKeyRange",
]);
export const childShardList = list(childShard);
export const policy = string();
export const shardIteratorType = string({
  enum: ["AFTER_SEQUENCE_NUMBER", "LATEST", "AT_TIMESTAMP", "AT_SEQUENCE_NUMBER", "TRIM_HORIZON"],
});
export const nextToken = string({ min: 1, max: 1048576 });
const shardFilterType = string({
  enum: [
    "AFTER_SHARD_ID",
    "AT_TRIM_HORIZON",
    "FROM_TRIM_HORIZON",
    "AT_LATEST",
    "AT_TIMESTAMP",
    "FROM_TIMESTAMP",
  ],
});
export const shardFilter = structure({ Type: shardFilterType, ShardId: shardId, Timestamp: timestamp }, [
  "Type",
]);
export const streamSummary = structure(
  {
    StreamName: streamNameShape,
    StreamARN: streamArn,
    StreamStatus: streamStatus,
    StreamModeDetails: streamModeDetails,
    StreamCreationTimestamp: timestamp,
  },
  ["StreamName", "StreamARN", "StreamStatus"],
);
const tag = structure({ Key: tagKey, Value: tagValue }, ["Key"]);
export const tagList = list(tag, { min: 0, max: 200 });
export const putRecordsRequestEntry = structure(
  { PartitionKey: partitionKey, ExplicitHashKey: hashKey, Data: data },
  ["Data", "PartitionKey"],
);
export const putRecordsResultEntry = structure({
  SequenceNumber: sequenceNumber,
  ShardId: shardId,
  ErrorCode: string(),
  ErrorMessage: string(),
});
export const tagKeyList = list(tagKey, { min: 1, max: 50 });
export const startingPosition = structure(
  { Type: shardIteratorType, SequenceNumber: sequenceNumber, Timestamp: timestamp },
  ["Type"],
);
export const subscribeToShardEvent = structure(
  {
    Records: recordList,
    ContinuationSequenceNumber: sequenceNumber,
    MillisBehindLatest: millisBehindLatest,
    ChildShards: childShardList,
  },
  ["Records", "ContinuationSequenceNumber", "MillisBehindLatest"],
);
export const minimumThroughputBillingCommitmentInput = structure(
  { Status: string({ enum: ["ENABLED", "DISABLED"] }) },
  ["Status"],
);
export const recordDistributionStrategy = string({ enum: ["AUTO", "USER_PARTITION_KEY"] });
